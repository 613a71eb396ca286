@NullMarked
package io.headwater.testkit.state;

import org.jspecify.annotations.NullMarked;
