@NullMarked
package io.headwater.streams.runtime;

import org.jspecify.annotations.NullMarked;
