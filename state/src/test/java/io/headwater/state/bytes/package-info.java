@NullMarked
package io.headwater.state.bytes;

import org.jspecify.annotations.NullMarked;
