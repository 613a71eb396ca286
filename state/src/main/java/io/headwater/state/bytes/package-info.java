/**
 * Stores of bytes: the contract below every typed store, and the places where its bytes can live.
 *
 * <p>{@link io.headwater.state.bytes.ByteStore} is the contract: {@code get}, {@code scan}, {@code
 * apply(changes)}, and the commit or abort of what was applied. Its users share one rule on arrays:
 * one that was given to a store is not changed afterwards by anybody, and one that a store answers
 * is the caller's.
 *
 * <p>{@link io.headwater.state.bytes.HeapStore} keeps the bytes on the heap, and {@link
 * io.headwater.state.bytes.LoggedStore} lets any store be restored from a changelog. {@link
 * io.headwater.state.bytes.LogStore}, the default, needs no wrapper: its changelog is where its
 * values live, and it keeps an index of them on the heap.
 *
 * <p>The records of a changelog are those of Kafka Streams: key, raw value or null for a deletion,
 * and the value's own time as the record's timestamp.
 *
 * <h2>The index snapshot of a LogStore, format version 1</h2>
 *
 * <p>A hint, which may be missing: where the value of each key lies in the changelog, as of some
 * offset. Integers are big-endian.
 *
 * <pre>
 * file   = header entry* footer
 * header = magic:4 "HWSI"  version:u8 = 1  reserved:3 = 0
 *          covered:i64         the offset at which a replay goes on
 *          partition:i32  topicBytes:i32  topic:UTF-8
 * entry  = keyBytes:i32  key   keys ascending, as unsigned bytes
 *          timestamp:i64       the value's own time
 *          segment:i64         base offset of the segment that has the record
 *          position:i32        of the record in that segment's .log, in bytes
 *          size:i32            of the record, its length field included, in bytes
 * footer = -1:i32  count:i64   of the entries
 *          crc:u32             CRC-32C of all that precedes it
 * </pre>
 *
 * <p>An entry may show a commit later than {@code covered}: a replay from there repeats it. What
 * the file tells was forced in the changelog before the file appears under its name, which happens
 * in one step. So there are two ways in which it can fail to fit. A file that is damaged, of
 * another version or partition, or older than the changelog's start is at fault itself: it is not
 * used, and all of the changelog is read. A sound file that covers more than there is, or of which
 * a sample of entries does not match the changelog, accuses the changelog: no crash or power cut
 * takes what was forced, whatever the durability, so somebody emptied it, cut it or made it anew.
 * The store is then not opened, since the application's positions tell of input that its store
 * would lack. To change the format, raise {@code version} and go on reading older ones.
 */
@NullMarked
package io.headwater.state.bytes;

import org.jspecify.annotations.NullMarked;
