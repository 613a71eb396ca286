package io.headwater.broker;

import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.RecordReader;
import io.headwater.log.record.TimestampType;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code <offset>.compacted} beside an internal topic's log: one batch of the records that
 * say the same as all records below that offset. It spares an open the reading of those. It follows
 * from the log, and is written only for records that have been forced and are settled; one that is
 * missing or bad is not missed.
 */
final class CompactedSnapshot {
  private static final Logger LOGGER = LoggerFactory.getLogger(CompactedSnapshot.class);
  static final String SUFFIX = ".compacted";

  /** Takes a record's key and value. */
  interface Sink {
    void accept(byte[] key, byte @Nullable [] value);
  }

  private CompactedSnapshot() {}

  /**
   * Hands over the records of the newest snapshot that can be trusted and returns its offset; empty
   * if there is none.
   *
   * @param offsetMax newer ones are not used
   */
  static OptionalLong load(Storage storage, Path folder, long offsetMax, Sink sink) {
    List<Long> offsets = OffsetFile.offsets(storage, folder, SUFFIX);
    for (int i = offsets.size() - 1; i >= 0; i--) {
      long offset = offsets.get(i);
      if (offset <= offsetMax) {
        try {
          byte[] bytes = WholeFile.read(storage, OffsetFile.path(folder, offset, SUFFIX));
          var reader = new RecordReader();
          reader.reset(bytes, 0, bytes.length);
          if (reader.nextBatch()) { // its checksum covers all records
            while (reader.nextRecord()) {
              byte[] key = reader.key();
              if (key != null) {
                sink.accept(key, reader.value());
              }
            }
            return OptionalLong.of(offset);
          }
        } catch (LogException e) {
          LOGGER.warn(
              "{}: cannot use the snapshot at offset {}: {}", folder, offset, e.getMessage());
        }
      }
    }
    return OptionalLong.empty();
  }

  /** Writes a snapshot in place of older ones. It must not be empty. */
  static void save(Storage storage, Path folder, long offset, BatchBuilder records) {
    records.finish(offset, TimestampType.CREATE_TIME, 0);
    byte[] content = new byte[records.sizeInBytes()];
    System.arraycopy(records.array(), 0, content, 0, content.length);
    WholeFile.write(storage, OffsetFile.path(folder, offset, SUFFIX), content);
    for (long other : OffsetFile.offsets(storage, folder, SUFFIX)) {
      if (other != offset) {
        storage.delete(OffsetFile.path(folder, other, SUFFIX));
      }
    }
  }

  /** Adds a record to be saved. */
  static void add(BatchBuilder records, byte[] key, byte[] value) {
    records.append(0, key, value, Headers.EMPTY);
  }
}
