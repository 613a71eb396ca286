@NullMarked
package io.headwater.state;

import org.jspecify.annotations.NullMarked;
