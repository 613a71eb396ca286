/**
 * The files of a log's folder. Integers are big-endian.
 *
 * <pre>
 * 00000000000000000042.log        record batches, one after the other; 42 is the first offset it may
 *                                 hold, 20 digits. The truth: all else can be made again from it
 * 00000000000000000042.index      entry*: offset:i32 position:i32
 * 00000000000000000042.timeindex  entry*: timestamp:i64 offset:i32
 * 00000000000000000042.log.cleaned  a .log being written anew without some records; a leftover if
 *                                 no writer is at it
 * forced.mark                     slot slot, 512 bytes apart
 * .lock                           the writer's process id as text; locked while it runs
 * </pre>
 *
 * <p><b>Indexes</b> are Kafka's. An entry is made at the first batch that starts after more than
 * 512 bytes (a setting; 4096 with Kafka) since the last one. In {@code .index} it is the batch's
 * last offset, less the segment's base, and where the batch starts in {@code .log}. In {@code
 * .timeindex} it is the highest timestamp up to that batch, in milliseconds, and the last offset of
 * the batch that has it, less the base; an entry is left out if its timestamp is not above that of
 * the one before it, and one more is added when the file is written, so that its last entry tells
 * the segment's highest timestamp. Both are kept in memory while a segment grows, and written once
 * the next one has begun, at the latest when the segment is forced. They have no checksum: their
 * entries must rise, the last ones must lead to their batches, and any other is compared with its
 * batch when it is used. An index that is missing or wrong is made again. A file that ends in
 * {@code .new} was being written.
 *
 * <p><b>The mark</b> tells up to where the log is known to be forced to disk:
 *
 * <pre>
 * slot = magic:4 "HWFM"  version:u8 = 1  reserved:3 = 0
 *        sequence:i64      the valid slot with the higher one holds
 *        segmentBase:i64   the segment that the forced part ends in
 *        position:i64      where it ends in that segment's .log
 *        nextOffset:i64    the offset after its last record
 *        crc:u32           CRC-32C of all that precedes it in the slot
 * </pre>
 *
 * The two slots are written in turn, so one is always whole. To change the format, raise {@code
 * version}: a slot with a higher one is refused.
 *
 * <p><b>Reserved space.</b> The newest {@code .log} may end in zeros: space that was reserved for
 * what comes. It is cut off when the segment ends and when the log is closed.
 *
 * <p><b>Deleting.</b> A segment that loses records is written anew beside itself and forced; its
 * indexes are deleted and the folder is forced, since an index must not be found beside batches
 * that it does not fit; then the new file takes the old one's name and the folder is forced again.
 * Before that, the mark is moved past the segment in both slots: of what is before the mark nobody
 * expects offsets without gaps. A segment that would be empty is deleted instead. The newest one is
 * never written anew, so the offset that the next record gets is always known.
 *
 * <p><b>Opening.</b> What is before the mark is taken as given: of it no {@code .log} is read. What
 * is past it is looked at batch by batch. If from a place past the mark there are only zeros up to
 * the end of the file, that was reserved space, and is cut off. Otherwise the first bad batch past
 * the mark is a torn tail: it and all after it are cut off. If a {@code .log} ends before the mark,
 * that is damage: nothing is changed, reading goes on around it, appending is refused. Without a
 * mark, as in a folder that Kafka wrote, all segments but the newest count as forced.
 *
 * <p><b>Reading.</b> The checksum of a batch that was taken as given is checked when it is first
 * read. Where it does not fit, or a header cannot be one, or base offsets overlap, the bytes up to
 * the next whole batch are damaged: reading them is an error that tells their offsets, and all else
 * can be read.
 */
@NullMarked
package io.headwater.log.segment;

import org.jspecify.annotations.NullMarked;
