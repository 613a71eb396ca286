package io.headwater.log.record;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Takes records out of a batch, as Kafka's log cleaner does. What is left keeps its bytes, and the
 * batch its base offset, last offset, base timestamp and producer, since the records' offsets and
 * timestamps are relative to them; so only the count, the highest timestamp, the length and the
 * checksum change. The array is kept for the next batch. Not safe for many threads.
 */
public final class BatchFilter {
  private final RecordReader reader = new RecordReader();
  private final CRC32C crc = new CRC32C();
  private byte[] bytes = {};
  private int size;
  private int count;

  /**
   * Makes a batch of the records of another that are not unwanted. If none is left it is a header
   * with a count of 0, as Kafka keeps it where the producer's last sequence number must stay known.
   *
   * @param source the array with the whole batch, which is not compressed
   * @param from where the batch starts in the array
   * @param file the file that it is from, and {@code position} where in it, for errors
   * @param unwanted is asked for each offset once, rising
   * @param removed is told the offset of each record that is left out, rising
   * @return whether any record was left out
   * @throws io.headwater.log.storage.CorruptLogException if the batch is damaged
   */
  public boolean filter(
      byte[] source,
      int from,
      int sizeBytes,
      @Nullable Path file,
      long position,
      LongPredicate unwanted,
      LongConsumer removed) {
    reader.reset(source, from, from + sizeBytes, file, position);
    if (!reader.nextBatch()) {
      throw new IllegalArgumentException("there is no batch");
    }
    RecordBatch batch = reader.batch();
    if (bytes.length < sizeBytes) {
      bytes = new byte[sizeBytes];
    }
    System.arraycopy(source, from, bytes, 0, RecordBatch.HEADER_BYTES);
    size = RecordBatch.HEADER_BYTES;
    count = 0;
    long maxTimestamp = -1;
    while (reader.nextRecord()) {
      if (unwanted.test(reader.offset())) {
        removed.accept(reader.offset());
      } else {
        System.arraycopy(source, reader.position(), bytes, size, reader.sizeInBytes());
        size += reader.sizeInBytes();
        maxTimestamp = Math.max(maxTimestamp, reader.timestampMs());
        count++;
      }
    }
    if (count == batch.count()) {
      return false;
    }
    if (count == 0) {
      clear(batch);
    } else {
      Bytes.putLong(bytes, RecordBatch.MAX_TIMESTAMP, maxTimestamp);
    }
    finish();
    return true;
  }

  /** Makes a header with a count of 0 of a batch, of which no record is looked at. */
  public void empty(RecordBatch batch) {
    if (bytes.length < RecordBatch.HEADER_BYTES) {
      bytes = new byte[RecordBatch.HEADER_BYTES];
    }
    System.arraycopy(batch.array(), batch.position(), bytes, 0, RecordBatch.HEADER_BYTES);
    clear(batch);
    finish();
  }

  /** There are no records left to compress, nor any whose time the base timestamp could tell. */
  private void clear(RecordBatch batch) {
    int attributes =
        batch.attributes() & ~(RecordBatch.COMPRESSION_MASK | RecordBatch.DELETE_HORIZON);
    Bytes.putShort(bytes, RecordBatch.ATTRIBUTES, (short) attributes);
    Bytes.putLong(bytes, RecordBatch.BASE_TIMESTAMP, -1);
    size = RecordBatch.HEADER_BYTES;
    count = 0;
  }

  private void finish() {
    Bytes.putInt(bytes, RecordBatch.LENGTH, size - RecordBatch.SIZED_BYTES);
    Bytes.putInt(bytes, RecordBatch.COUNT, count);
    crc.reset();
    crc.update(bytes, RecordBatch.ATTRIBUTES, size - RecordBatch.ATTRIBUTES);
    Bytes.putInt(bytes, RecordBatch.CRC, (int) crc.getValue());
  }

  /** The array with what is left, from 0 up to {@link #sizeInBytes}. */
  public byte[] array() {
    return bytes;
  }

  /** The size of what is left, in bytes. */
  public int sizeInBytes() {
    return size;
  }

  /** How many records are left. */
  public int count() {
    return count;
  }

  /** A copy of what is left. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
