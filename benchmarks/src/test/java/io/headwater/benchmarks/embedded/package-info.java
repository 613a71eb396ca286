/** The cases in Headwater. */
@NullMarked
package io.headwater.benchmarks.embedded;

import org.jspecify.annotations.NullMarked;
