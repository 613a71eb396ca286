package io.headwater.log.record;

import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Builds one batch, record by record, in an array that grows and is kept for the next batch. Adding
 * a record allocates nothing else. Not safe for many threads.
 *
 * <p>Use: {@link #append} records, hand the builder to the log, then {@link #reset} it. A log that
 * took the batch leaves in the builder where it is: {@link #baseOffset}, {@link #segmentBase},
 * {@link #segmentPosition}.
 *
 * <p>A log that compresses does it at the append. From then on {@link #array} and {@link
 * #sizeInBytes} are those of the compressed batch, in which a record has no position of its own,
 * until the builder is reset or gets another record.
 */
public final class BatchBuilder {
  private static final int INITIAL_BYTES = 1024;

  private final CRC32C crc = new CRC32C();
  private final ByteSink compressed = new ByteSink(Integer.MAX_VALUE);
  private Compression compression = Compression.NONE;
  private byte[] bytes;
  private int size = RecordBatch.HEADER_BYTES;
  private int[] positions = new int[16];
  private int count;
  private long baseTimestamp = -1;
  private long maxTimestamp = -1;
  private int attributes;
  private long producerId = -1;
  private short producerEpoch = -1;
  private int baseSequence = -1;
  private long baseOffset = -1;
  private long segmentBase = -1;
  private int segmentPosition = -1;

  public BatchBuilder() {
    this(INITIAL_BYTES);
  }

  /** A builder whose array has a size to begin with, in bytes. */
  public BatchBuilder(int capacityBytes) {
    bytes = new byte[Math.max(capacityBytes, RecordBatch.HEADER_BYTES)];
  }

  /**
   * The batch that ends a transaction, to be appended as it is.
   *
   * @param type {@link ControlType#COMMIT} or {@link ControlType#ABORT}
   */
  public static BatchBuilder endOfTransaction(
      ControlType type,
      long timestampMs,
      long producerId,
      short producerEpoch,
      int coordinatorEpoch) {
    if (type == ControlType.OTHER) {
      throw new IllegalArgumentException("a transaction ends with COMMIT or ABORT, not " + type);
    }
    byte[] key = {0, 0, 0, (byte) (type == ControlType.COMMIT ? 1 : 0)};
    byte[] value = new byte[6];
    Bytes.putInt(value, 2, coordinatorEpoch);
    var marker = new BatchBuilder(128);
    marker.append(timestampMs, key, value, Headers.EMPTY);
    marker.producer(producerId, producerEpoch, -1, true);
    marker.attributes |= RecordBatch.CONTROL;
    return marker;
  }

  /**
   * Adds a record. It gets the offset after that of the record before it.
   *
   * @param timestampMs milliseconds since 1970, or -1 for none
   * @throws IllegalArgumentException if the batch would pass 2 GiB; the batch is unchanged
   */
  public BatchBuilder append(
      long timestampMs, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    int keySize = key == null ? -1 : key.length;
    int valueSize = value == null ? -1 : value.length;
    List<Header> headerList = headers.toList();
    long timestampDelta = count == 0 ? 0 : timestampMs - baseTimestamp;
    long body =
        1L
            + Bytes.sizeOfVarlong(timestampDelta)
            + Bytes.sizeOfVarint(count)
            + sizeOfBytes(keySize)
            + sizeOfBytes(valueSize)
            + sizeOfHeaders(headerList);
    ensureRoom(body + 5);

    byte[] target = bytes;
    int at = Bytes.putVarint(target, size, (int) body);
    target[at++] = 0;
    at = Bytes.putVarlong(target, at, timestampDelta);
    at = Bytes.putVarint(target, at, count);
    at = putBytes(target, at, key, keySize);
    at = putBytes(target, at, value, valueSize);
    at = Bytes.putVarint(target, at, headerList.size());
    for (int i = 0; i < headerList.size(); i++) {
      Header header = headerList.get(i);
      at = putName(target, at, header.key());
      byte[] headerValue = header.value();
      at = putBytes(target, at, headerValue, headerValue == null ? -1 : headerValue.length);
    }

    compression = Compression.NONE;
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, count * 2);
    }
    positions[count] = size;
    if (count == 0) {
      baseTimestamp = timestampMs;
    }
    maxTimestamp = Math.max(maxTimestamp, timestampMs);
    count++;
    size = at;
    return this;
  }

  /**
   * Says which producer the batch is from. The sequence number is that of the first record; -1
   * where the producer does not number its records.
   */
  public BatchBuilder producer(long id, short epoch, int firstSequence, boolean transactional) {
    producerId = id;
    producerEpoch = epoch;
    baseSequence = firstSequence;
    attributes =
        (attributes & ~RecordBatch.TRANSACTIONAL) | (transactional ? RecordBatch.TRANSACTIONAL : 0);
    return this;
  }

  /** How many records have been added. */
  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** The size of the batch so far, header included, in bytes. */
  public int sizeInBytes() {
    return compression == Compression.NONE ? size : compressed.size();
  }

  /** Whether its records are more bytes than {@link RecordReader} decompresses by default. */
  public boolean isTooLargeToCompress() {
    return size - RecordBatch.HEADER_BYTES > RecordReader.DECOMPRESSED_BYTES_MAX;
  }

  /** The highest timestamp added, or -1. */
  public long maxTimestamp() {
    return maxTimestamp;
  }

  /** The producer's id, or -1. */
  public long producerId() {
    return producerId;
  }

  /** The producer's epoch, or -1. */
  public short producerEpoch() {
    return producerEpoch;
  }

  /** The sequence number of the first record, or -1. */
  public int baseSequence() {
    return baseSequence;
  }

  /** Whether the batch belongs to a transaction. */
  public boolean isTransactional() {
    return (attributes & RecordBatch.TRANSACTIONAL) != 0;
  }

  /** Whether this is the end of a transaction, not a user's records. */
  public boolean isControl() {
    return (attributes & RecordBatch.CONTROL) != 0;
  }

  /**
   * An upper bound of what one more record adds to {@link #sizeInBytes}, in bytes. At most 26 more
   * than its own bytes where it has no headers.
   */
  public static long sizeOf(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long size = 5 + 1 + 10 + 5 + sizeOfBytes(key == null ? -1 : key.length);
    size += sizeOfBytes(value == null ? -1 : value.length);
    return size + sizeOfHeaders(headers.toList());
  }

  /** The size of a batch of one record, header included, in bytes. */
  public static long batchSizeOf(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long body =
        3 // attributes and the deltas of time and offset, which are 0
            + sizeOfBytes(key == null ? -1 : key.length)
            + sizeOfBytes(value == null ? -1 : value.length)
            + sizeOfHeaders(headers.toList());
    return RecordBatch.HEADER_BYTES + Bytes.sizeOfVarint((int) body) + body;
  }

  /**
   * Where a record starts, in bytes from the start of the batch.
   *
   * @param index which record, from 0
   * @throws IllegalStateException if the batch has been compressed
   */
  public int recordPosition(int index) {
    if (compression != Compression.NONE) {
      throw new IllegalStateException(
          "the batch is compressed with %s: its records have no positions".formatted(compression));
    }
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(
          "record %d of a batch of %d records".formatted(index, count));
    }
    return positions[index];
  }

  /** Makes it empty: no records, no producer, no place. The array stays. */
  public void reset() {
    size = RecordBatch.HEADER_BYTES;
    count = 0;
    baseTimestamp = -1;
    maxTimestamp = -1;
    attributes = 0;
    compression = Compression.NONE;
    producer(-1, (short) -1, -1, false);
    baseOffset = -1;
    placed(-1, -1);
  }

  /**
   * Compresses the records, to be called before {@link #finish}. The end of a transaction stays as
   * it is: nobody compresses it.
   *
   * @throws io.headwater.log.storage.LogException if the library for it is missing
   */
  public void compress(Compression with) {
    compression = isControl() ? Compression.NONE : with;
    if (compression != Compression.NONE) {
      compressed.restart(RecordBatch.HEADER_BYTES);
      Codecs.of(compression).compress(bytes, RecordBatch.HEADER_BYTES, size, compressed);
    }
  }

  /**
   * Fills in the header, so that the first {@link #sizeInBytes} bytes of {@link #array} are the
   * finished batch. More records may be added after it, and it may be called again. A log does it
   * at the append.
   *
   * @param appendTimeMs used only for {@link TimestampType#LOG_APPEND_TIME}
   */
  public void finish(long firstOffset, TimestampType timestampType, long appendTimeMs) {
    if (count == 0) {
      throw new IllegalStateException("a batch needs at least one record");
    }
    boolean appendTime = timestampType == TimestampType.LOG_APPEND_TIME;
    byte[] target = array();
    int end = sizeInBytes();
    baseOffset = firstOffset;
    Bytes.putLong(target, RecordBatch.BASE_OFFSET, firstOffset);
    Bytes.putInt(target, RecordBatch.LENGTH, end - RecordBatch.SIZED_BYTES);
    Bytes.putInt(target, RecordBatch.LEADER_EPOCH, 0);
    target[RecordBatch.MAGIC] = 2;
    Bytes.putShort(
        target,
        RecordBatch.ATTRIBUTES,
        (short) (attributes | compression.code | (appendTime ? RecordBatch.APPEND_TIME : 0)));
    Bytes.putInt(target, RecordBatch.LAST_OFFSET_DELTA, count - 1);
    Bytes.putLong(target, RecordBatch.BASE_TIMESTAMP, baseTimestamp);
    Bytes.putLong(target, RecordBatch.MAX_TIMESTAMP, appendTime ? appendTimeMs : maxTimestamp);
    Bytes.putLong(target, RecordBatch.PRODUCER_ID, producerId);
    Bytes.putShort(target, RecordBatch.PRODUCER_EPOCH, producerEpoch);
    Bytes.putInt(target, RecordBatch.BASE_SEQUENCE, baseSequence);
    Bytes.putInt(target, RecordBatch.COUNT, count);
    crc.reset();
    crc.update(target, RecordBatch.ATTRIBUTES, end - RecordBatch.ATTRIBUTES);
    Bytes.putInt(target, RecordBatch.CRC, (int) crc.getValue());
  }

  /** How many bytes the builder keeps for the next batch. */
  public long capacityBytes() {
    return (long) bytes.length + compressed.array().length;
  }

  /** The array that the batch is in; replaced when it grows or is compressed. */
  public byte[] array() {
    return compression == Compression.NONE ? bytes : compressed.array();
  }

  /** Notes where a log put the batch: {@link #segmentBase} and {@link #segmentPosition}. */
  public void placed(long base, int position) {
    segmentBase = base;
    segmentPosition = position;
  }

  /** The offset that the log gave to the first record; -1 before. */
  public long baseOffset() {
    return baseOffset;
  }

  /** The base offset of the segment that the batch was appended to; -1 before. */
  public long segmentBase() {
    return segmentBase;
  }

  /**
   * Where in that segment's file the batch starts, in bytes; -1 before. A record is {@link
   * #recordPosition} bytes further.
   */
  public int segmentPosition() {
    return segmentPosition;
  }

  private void ensureRoom(long more) {
    long needed = size + more;
    if (needed > bytes.length) {
      if (needed > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "a batch of %d bytes cannot take %d more: its size is limited to 2 GiB"
                .formatted(size, more));
      }
      long grown = Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, (int) grown);
    }
  }

  private static long sizeOfBytes(int length) {
    return Bytes.sizeOfVarint(length) + (long) Math.max(length, 0);
  }

  private static long sizeOfHeaders(List<Header> headers) {
    long size = Bytes.sizeOfVarint(headers.size());
    for (int i = 0; i < headers.size(); i++) {
      Header header = headers.get(i);
      byte[] value = header.value();
      String name = header.key();
      int nameBytes = isAscii(name) ? name.length() : name.getBytes(StandardCharsets.UTF_8).length;
      size += sizeOfBytes(nameBytes) + sizeOfBytes(value == null ? -1 : value.length);
    }
    return size;
  }

  private static int putBytes(byte[] target, int position, byte @Nullable [] source, int length) {
    int at = Bytes.putVarint(target, position, length);
    if (source == null) {
      return at;
    }
    System.arraycopy(source, 0, target, at, length);
    return at + length;
  }

  private static int putName(byte[] target, int position, String name) {
    if (!isAscii(name)) {
      byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
      return putBytes(target, position, encoded, encoded.length);
    }
    int at = Bytes.putVarint(target, position, name.length());
    for (int i = 0; i < name.length(); i++) {
      target[at++] = (byte) name.charAt(i);
    }
    return at;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
