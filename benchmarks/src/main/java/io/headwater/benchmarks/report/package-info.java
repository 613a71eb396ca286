/** From rounds to a table that can be pasted into the documentation. */
@NullMarked
package io.headwater.benchmarks.report;

import org.jspecify.annotations.NullMarked;
