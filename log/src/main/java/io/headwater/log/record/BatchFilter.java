package io.headwater.log.record;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Takes records out of a batch, as Kafka's log cleaner does. What is left keeps its bytes, or is
 * compressed again as it was, and the batch keeps its base offset, last offset, base timestamp and
 * producer, since the records' offsets and timestamps are relative to them; so only the count, the
 * highest timestamp, the length and the checksum change. The array is kept for the next batch. Not
 * safe for many threads.
 */
public final class BatchFilter {
  private final RecordReader reader = new RecordReader();
  private final CRC32C crc = new CRC32C();
  private final ByteSink compressed = new ByteSink(Integer.MAX_VALUE);
  private byte[] bytes = new byte[RecordBatch.HEADER_BYTES];
  private int size;
  private int count;
  private Compression compression = Compression.NONE;

  /**
   * Makes a batch of the records of another that are not unwanted. If none is left it is a header
   * with a count of 0, as Kafka keeps it where the producer's last sequence number must stay known.
   *
   * @param source the array with the whole batch
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
    System.arraycopy(source, from, bytes, 0, RecordBatch.HEADER_BYTES);
    size = RecordBatch.HEADER_BYTES;
    count = 0;
    long maxTimestamp = -1;
    while (reader.nextRecord()) {
      if (unwanted.test(reader.offset())) {
        removed.accept(reader.offset());
      } else {
        keep(reader.array(), reader.position(), reader.sizeInBytes());
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
      compress(batch.compression());
    }
    finish();
    return true;
  }

  private void keep(byte[] array, int position, int length) {
    if (bytes.length - size < length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, 2 * bytes.length));
    }
    System.arraycopy(array, position, bytes, size, length);
    size += length;
  }

  private void compress(Compression with) {
    compression = with;
    if (with != Compression.NONE) {
      compressed.restart(RecordBatch.HEADER_BYTES);
      Codecs.of(with).compress(bytes, RecordBatch.HEADER_BYTES, size, compressed);
      System.arraycopy(bytes, 0, compressed.array(), 0, RecordBatch.HEADER_BYTES);
      size = compressed.size();
    }
  }

  /** Makes a header with a count of 0 of a batch, of which no record is looked at. */
  public void empty(RecordBatch batch) {
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
    compression = Compression.NONE;
  }

  private void finish() {
    byte[] batch = array();
    Bytes.putInt(batch, RecordBatch.LENGTH, size - RecordBatch.SIZED_BYTES);
    Bytes.putInt(batch, RecordBatch.COUNT, count);
    crc.reset();
    crc.update(batch, RecordBatch.ATTRIBUTES, size - RecordBatch.ATTRIBUTES);
    Bytes.putInt(batch, RecordBatch.CRC, (int) crc.getValue());
  }

  /** The array with what is left, from 0 up to {@link #sizeInBytes}. */
  public byte[] array() {
    return compression == Compression.NONE ? bytes : compressed.array();
  }

  /** The size of what is left, in bytes. */
  public int sizeInBytes() {
    return size;
  }

  /** How many records are left. */
  public int count() {
    return count;
  }
}
