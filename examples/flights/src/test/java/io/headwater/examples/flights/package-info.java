/** The example's input is what its source note says, and its records add up. */
@NullMarked
package io.headwater.examples.flights;

import org.jspecify.annotations.NullMarked;
