/** The cases' input and what their output has to be. */
@NullMarked
package io.headwater.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
