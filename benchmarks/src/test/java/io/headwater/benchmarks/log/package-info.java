/** Tests of the cases of the log. */
@NullMarked
package io.headwater.benchmarks.log;

import org.jspecify.annotations.NullMarked;
