@NullMarked
package io.headwater.testkit.streams;

import org.jspecify.annotations.NullMarked;
