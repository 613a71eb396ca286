/**
 * Streams and tables: what {@link io.headwater.streams.StreamsBuilder} hands out, and the functions
 * and options that their methods take.
 *
 * <p>A {@link io.headwater.streams.kstream.KStream} is a sequence of records, each a fact of its
 * own. A {@link io.headwater.streams.kstream.KTable} is the last value of each key: a record is an
 * update, and one without a value deletes its key. A {@link
 * io.headwater.streams.kstream.GlobalKTable} is a table of which every application has all.
 *
 * <p>Names, signatures and semantics are Kafka Streams'. Options are immutable: their {@code with}
 * methods return changed copies.
 */
@NullMarked
package io.headwater.streams.kstream;

import org.jspecify.annotations.NullMarked;
