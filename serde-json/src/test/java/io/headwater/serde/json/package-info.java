/** What JSON serdes read, write, refuse and say about it. */
@NullMarked
package io.headwater.serde.json;

import org.jspecify.annotations.NullMarked;
