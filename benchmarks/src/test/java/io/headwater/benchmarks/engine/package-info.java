/** A side in a JVM of its own. */
@NullMarked
package io.headwater.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
