/**
 * Turning objects into the bytes of records and back.
 *
 * <p>A {@link io.headwater.serde.Serde} pairs a serializer with a deserializer; {@link
 * io.headwater.serde.Serdes} has the built-in ones. Null stands for an absent key or value
 * everywhere: it goes in as null and comes out as null, and is never the same as empty.
 */
@NullMarked
package io.headwater.serde;

import org.jspecify.annotations.NullMarked;
