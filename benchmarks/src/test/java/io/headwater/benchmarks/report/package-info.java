/** From rounds to figures. */
@NullMarked
package io.headwater.benchmarks.report;

import org.jspecify.annotations.NullMarked;
