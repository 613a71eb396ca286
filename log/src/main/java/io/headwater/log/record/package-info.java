/**
 * Record batches, in the format that Kafka calls magic 2. Integers are big-endian; a {@code varint}
 * is zig-zag encoded, seven bits a byte, lowest first.
 *
 * <pre>
 * batch  = baseOffset:i64        of the first record
 *          length:i32            of all that follows this field, in bytes
 *          leaderEpoch:i32       0 here
 *          magic:i8 = 2
 *          crc:u32               CRC-32C of all that follows this field
 *          attributes:i16        bits 0-2 compression: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd;
 *                                3 timestamps are append time, 4 transactional, 5 control,
 *                                6 the base timestamp is a delete horizon
 *          lastOffsetDelta:i32   offset of the last record less baseOffset; compaction may remove it
 *          baseTimestamp:i64     the first record's, in milliseconds
 *          maxTimestamp:i64      the highest; for append time, the time of every record
 *          producerId:i64        or -1
 *          producerEpoch:i16     or -1
 *          baseSequence:i32      or -1
 *          count:i32
 *          record*               compressed together, if they are compressed
 * record = length:varint         of all that follows this field
 *          attributes:i8 = 0
 *          timestampDelta:varlong  to baseTimestamp; may be negative
 *          offsetDelta:varint    to baseOffset
 *          key:bytes value:bytes
 *          headerCount:varint  (name:bytes value:bytes)*   names in UTF-8
 * bytes  = length:varint byte*   length -1: null
 *
 * end of a transaction = a batch with the transactional and control bits and one record
 *          key   = version:i16 = 0  type:i16     0 abort, 1 commit
 *          value = version:i16 = 0  coordinatorEpoch:i32
 * </pre>
 *
 * <p>Compressed records are one gzip file, zstd frame, LZ4 frame, or snappy stream as snappy-java
 * frames it; a snappy block without a frame is read too. Only the header of such a batch can be
 * looked at without its library.
 *
 * <p>{@link io.headwater.log.record.BatchBuilder} writes batches, {@link
 * io.headwater.log.record.RecordReader} goes over their records, and {@link
 * io.headwater.log.record.RecordBatch} is a view of one batch's header.
 */
@NullMarked
package io.headwater.log.record;

import org.jspecify.annotations.NullMarked;
