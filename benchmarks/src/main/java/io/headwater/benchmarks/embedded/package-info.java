/** Headwater in the JVM of its application, on a folder, with its defaults. */
@NullMarked
package io.headwater.benchmarks.embedded;

import org.jspecify.annotations.NullMarked;
