package io.headwater.log.record;

import io.headwater.log.storage.CorruptLogException;
import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the batches in a byte array, and over the records of each. It is a cursor over the
 * bytes: going on allocates nothing, and {@link #key}, {@link #value} and {@link #headers} copy
 * only when asked. Each batch's checksum is checked once, when the reader comes to it. Not safe for
 * many threads; the array must not change meanwhile.
 *
 * <pre>{@code
 * reader.reset(bytes, 0, length);
 * while (reader.nextBatch()) {
 *   while (reader.nextRecord()) {
 *     use(reader.offset(), reader.key(), reader.value());
 *   }
 * }
 * }</pre>
 */
public final class RecordReader {
  /** The default limit of the records of one compressed batch, decompressed, in bytes. */
  public static final int DECOMPRESSED_BYTES_MAX = 128 << 20;

  private final RecordBatch batch = new RecordBatch();
  private final ByteSink decompressed;

  /** The array with the batches. */
  private byte[] source = {};

  /** The array with the records of this batch: the same one, or that of {@link #decompressed}. */
  private byte[] bytes = {};

  private int to;
  private @Nullable Path file;
  private long fileShift;
  private boolean checked;

  private int batchEnd;
  private int recordsEnd;
  private int recordsLeft;
  private boolean compressed;
  private int nextRecord;
  private long batchOffset;
  private long offsetAfter = -1; // the batch; -1 if it is not known
  private long batchTimestamp;
  private long appendTimestamp;
  private boolean appendTime;

  private int recordPosition = -1;
  private int recordEnd;
  private long offset;
  private long timestamp;
  private int keyPosition;
  private int keySize;
  private int valuePosition;
  private int valueSize;
  private int headersPosition;

  private int cursor;

  public RecordReader() {
    this(DECOMPRESSED_BYTES_MAX);
  }

  /**
   * A reader with another limit of what the records of a compressed batch may be, decompressed, in
   * bytes. A batch of more counts as damaged.
   */
  public RecordReader(int decompressedBytesMax) {
    decompressed = new ByteSink(decompressedBytesMax);
  }

  /** How many bytes of its own the reader keeps for the next compressed batch. */
  public int capacityBytes() {
    return decompressed.array().length;
  }

  /** Starts before the first batch of the bytes from {@code from} up to {@code end}. */
  public void reset(byte[] batches, int from, int end) {
    reset(batches, from, end, null, 0);
  }

  /**
   * As {@link #reset(byte[], int, int)}, for bytes that were copied from a file, so that an error
   * can name the place.
   *
   * @param filePosition where in the file the byte at {@code from} is
   */
  public void reset(byte[] batches, int from, int end, @Nullable Path origin, long filePosition) {
    if (from < 0 || end < from || end > batches.length) {
      throw new IndexOutOfBoundsException(
          "[%d, %d) of an array of %d bytes".formatted(from, end, batches.length));
    }
    source = batches;
    bytes = batches;
    to = end;
    file = origin;
    fileShift = filePosition - from;
    batchEnd = from;
    recordsLeft = 0;
    recordPosition = -1;
    checked = false;
  }

  /**
   * As {@link #reset(byte[], int, int, Path, long)}, for bytes whose checksums have been checked
   * already.
   */
  public void resetToChecked(
      byte[] batches, int from, int end, @Nullable Path origin, long filePosition) {
    reset(batches, from, end, origin, filePosition);
    checked = true;
  }

  /** Starts before the first of the batches that a log copied into a buffer. */
  public void reset(BatchBuffer buffer) {
    resetToChecked(
        buffer.array(), buffer.from(), buffer.to(), buffer.file(), buffer.segmentPosition());
  }

  /**
   * Starts within a batch, before some of its records: the array has its header, and right after it
   * these records, one after the other. Not for a compressed batch.
   *
   * @param filePosition where in the file the first of these records is
   */
  public void resetToPart(
      byte[] headerAndRecords, int end, int records, @Nullable Path origin, long filePosition) {
    resetToChecked(headerAndRecords, 0, end, origin, filePosition - RecordBatch.HEADER_BYTES);
    batch.at(headerAndRecords, 0);
    enterBatch(end, records);
  }

  /**
   * Places the reader on one record whose bytes are known to start at a position, without its
   * batch. Its key, value and headers can be asked for; its offset and timestamp are relative to
   * the two given. {@link #nextRecord} and {@link #nextBatch} find nothing after it.
   *
   * @throws CorruptLogException if the bytes are no record
   */
  public void resetToRecord(
      byte[] record, int from, int end, long baseOffset, long baseTimestampMs) {
    reset(record, from, end);
    batchEnd = end;
    recordsEnd = end;
    batchOffset = baseOffset;
    offsetAfter = -1;
    batchTimestamp = baseTimestampMs;
    appendTime = false;
    readRecord(from);
  }

  /**
   * Goes to the next batch, whether or not all records of this one were read; false at the end.
   *
   * @throws CorruptLogException if there is something that is not a whole batch
   */
  public boolean nextBatch() {
    recordPosition = -1;
    recordsLeft = 0;
    bytes = source;
    int start = batchEnd;
    if (start == to) {
      return false;
    }
    if (to - start < RecordBatch.HEADER_BYTES) {
      throw corrupt(
          start,
          "%d bytes are left, a batch has at least %d"
              .formatted(to - start, RecordBatch.HEADER_BYTES));
    }
    batch.at(source, start);
    String fault = batch.headerFault();
    if (!fault.isEmpty()) {
      throw corrupt(start, fault);
    }
    if (batch.sizeInBytes() > to - start) {
      throw corrupt(
          start,
          "a batch of %d bytes begins, %d bytes are left"
              .formatted(batch.sizeInBytes(), to - start));
    }
    if (!checked && !batch.hasValidCrc()) {
      throw corrupt(start, batch.crcFault());
    }
    enterBatch(start + batch.sizeInBytes(), batch.count());
    return true;
  }

  private void enterBatch(int end, int records) {
    batchEnd = end;
    recordsEnd = end;
    compressed = batch.isCompressed();
    nextRecord = batch.position() + RecordBatch.HEADER_BYTES;
    recordsLeft = records;
    batchOffset = batch.baseOffset();
    offsetAfter = batch.nextOffset();
    batchTimestamp = batch.baseTimestamp();
    appendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
    appendTimestamp = batch.maxTimestamp();
  }

  /** The batch that the reader is in; the same object for all, moved by {@link #nextBatch}. */
  public RecordBatch batch() {
    return batch;
  }

  /**
   * Goes to the next record of this batch; false after its last.
   *
   * @throws CorruptLogException if the records do not fit the batch, cannot be decompressed, or are
   *     more than the limit; it tells the offset after the batch, of which no more records are
   *     shown
   * @throws io.headwater.log.storage.LogException if they are compressed and the library for it is
   *     missing; the message names it
   */
  public boolean nextRecord() {
    if (recordsLeft == 0) {
      recordPosition = -1;
      return false;
    }
    if (compressed) {
      decompress();
    }
    readRecord(nextRecord);
    nextRecord = recordEnd;
    recordsLeft--;
    return true;
  }

  private void decompress() {
    int code = batch.attributes() & RecordBatch.COMPRESSION_MASK;
    if (code >= Compression.values().length) {
      throw corruptRecords(
          batch.position(), "the batch has compression code %d, which is none".formatted(code));
    }
    Codec codec = Codecs.of(batch.compression());
    decompressed.restart(0);
    try {
      codec.decompress(source, nextRecord, batchEnd, decompressed);
    } catch (IOException e) {
      throw corruptRecords(
          batch.position(),
          "the batch's %d records cannot be decompressed with %s: %s"
              .formatted(batch.count(), batch.compression(), e.getMessage()));
    }
    bytes = decompressed.array();
    nextRecord = 0;
    recordsEnd = decompressed.size();
    compressed = false;
  }

  /**
   * Goes to the first record of this batch, after the one that it is at, with at least an offset;
   * false if there is none.
   *
   * @throws CorruptLogException as {@link #nextRecord}
   */
  public boolean nextRecordFrom(long offsetMin) {
    if (compressed && recordsLeft > 0) {
      decompress();
    }
    while (recordsLeft > 0 && endsBefore(offsetMin)) {
      nextRecord = recordEnd;
      recordsLeft--;
    }
    return nextRecord();
  }

  /** Looks at the next record's offset alone. */
  private boolean endsBefore(long offsetMin) {
    startRecord(nextRecord);
    return offset < offsetMin;
  }

  /** The record's offset. */
  public long offset() {
    ensureRecord();
    return offset;
  }

  /** The record's time in milliseconds: its own, or where the topic says so that of its append. */
  public long timestampMs() {
    ensureRecord();
    return timestamp;
  }

  /** A copy of the key. */
  public byte @Nullable [] key() {
    ensureRecord();
    return copy(keyPosition, keySize);
  }

  /** A copy of the value. */
  public byte @Nullable [] value() {
    ensureRecord();
    return copy(valuePosition, valueSize);
  }

  /** The key's size in bytes, -1 for a null key. */
  public int keySize() {
    ensureRecord();
    return keySize;
  }

  /** The value's size in bytes, -1 for a null value. */
  public int valueSize() {
    ensureRecord();
    return valueSize;
  }

  /**
   * The array that the record is in: the one with the batches, or for a compressed batch one of the
   * reader's own, whose content is lost when it goes to the next batch.
   */
  public byte[] array() {
    ensureRecord();
    return bytes;
  }

  /** Where in the {@link #array} the key starts; without meaning for a null key. */
  public int keyPosition() {
    ensureRecord();
    return keyPosition;
  }

  /** Where in the {@link #array} the value starts; without meaning for a null value. */
  public int valuePosition() {
    ensureRecord();
    return valuePosition;
  }

  /** The headers, in order. */
  public Headers headers() {
    ensureRecord();
    cursor = headersPosition;
    int count = readVarint();
    if (count == 0) {
      return Headers.EMPTY;
    }
    var headers = new ArrayList<Header>(count);
    for (int i = 0; i < count; i++) {
      int nameSize = readVarint();
      String name = new String(bytes, cursor, nameSize, StandardCharsets.UTF_8);
      cursor += nameSize;
      int size = readVarint();
      headers.add(new Header(name, copy(cursor, size)));
      cursor += Math.max(size, 0);
    }
    return Headers.of(headers);
  }

  /** Where in the {@link #array} the record starts. */
  public int position() {
    ensureRecord();
    return recordPosition;
  }

  /**
   * Where the record starts in the file that the bytes were copied from; without meaning if the
   * reader was not told of it. A record of a compressed batch is at no place of its own there: -1.
   */
  public int segmentPosition() {
    ensureRecord();
    return bytes == source ? (int) (fileShift + recordPosition) : -1;
  }

  /** How many bytes the record has, from {@link #position}. */
  public int sizeInBytes() {
    ensureRecord();
    return recordEnd - recordPosition;
  }

  /** Reads a record's size, timestamp and offset. */
  private void startRecord(int start) {
    recordPosition = -1;
    cursor = start;
    int length = readVarint();
    if (length < 0 || length > recordsEnd - cursor) {
      throw corruptRecords(
          start,
          "a record of %d bytes begins, %d bytes of its batch are left"
              .formatted(length, recordsEnd - cursor));
    }
    recordEnd = cursor + length;
    cursor++; // attributes, of which none is defined
    long timestampDelta = readVarlong();
    timestamp = appendTime ? appendTimestamp : batchTimestamp + timestampDelta;
    offset = batchOffset + readVarint();
  }

  private void readRecord(int start) {
    startRecord(start);
    keySize = readVarint();
    keyPosition = cursor;
    cursor = skip(start, keySize);
    valueSize = readVarint();
    valuePosition = cursor;
    cursor = skip(start, valueSize);
    headersPosition = cursor;
    int headers = readVarint();
    if (headers < 0) {
      throw corruptRecords(start, "a record has %d headers".formatted(headers));
    }
    for (int i = 0; i < headers; i++) {
      int nameSize = readVarint();
      if (nameSize < 0) {
        throw corruptRecords(start, "a header's name has %d bytes".formatted(nameSize));
      }
      cursor = skip(start, nameSize);
      cursor = skip(start, readVarint());
    }
    if (cursor != recordEnd) {
      throw corruptRecords(
          start,
          "a record of %d bytes has fields of %d bytes"
              .formatted(recordEnd - start, cursor - start));
    }
    recordPosition = start;
  }

  private int skip(int start, int size) {
    if (size < -1 || size > recordEnd - cursor) {
      throw corruptRecords(
          start,
          "a field of %d bytes begins, %d bytes of its record are left"
              .formatted(size, recordEnd - cursor));
    }
    return cursor + Math.max(size, 0);
  }

  private int readVarint() {
    int at = cursor;
    int value = 0;
    for (int shift = 0; shift <= 28; shift += 7) {
      if (at == recordsEnd) {
        break;
      }
      byte next = bytes[at++];
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        cursor = at;
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw corruptRecords(cursor, "a variable-length integer does not end");
  }

  private long readVarlong() {
    int at = cursor;
    long value = 0;
    for (int shift = 0; shift <= 63; shift += 7) {
      if (at == recordsEnd) {
        break;
      }
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        cursor = at;
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw corruptRecords(cursor, "a variable-length integer does not end");
  }

  private byte @Nullable [] copy(int position, int size) {
    return size < 0 ? null : Arrays.copyOfRange(bytes, position, position + size);
  }

  private CorruptLogException corrupt(int position, String reason) {
    return new CorruptLogException(file, fileShift + position, reason);
  }

  /** Of a batch whose checksum fits: what is called next goes on after it. */
  private CorruptLogException corruptRecords(int position, String reason) {
    recordsLeft = 0;
    recordPosition = -1;
    long place = fileShift + (bytes == source ? position : batch.position());
    return offsetAfter < 0
        ? new CorruptLogException(file, place, reason)
        : new CorruptLogException(
            file,
            place,
            "offsets [%d, %d) cannot be read: %s; read on from offset %d"
                .formatted(batchOffset, offsetAfter, reason, offsetAfter),
            offsetAfter);
  }

  private void ensureRecord() {
    if (recordPosition < 0) {
      throw new IllegalStateException("the reader is not at a record: nextRecord() comes first");
    }
  }
}
