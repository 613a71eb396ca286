/** The logs and stores that the log's cases are measured beside, each with its defaults. */
@NullMarked
package io.headwater.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
