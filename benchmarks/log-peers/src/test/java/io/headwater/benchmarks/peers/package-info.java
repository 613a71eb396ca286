/** Tests that the peers do what the log's cases ask of them. */
@NullMarked
package io.headwater.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
