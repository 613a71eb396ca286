package io.headwater.broker;

import io.headwater.log.OffsetRange;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.transaction.AbortedIndexFile;
import io.headwater.log.transaction.AbortedTransaction;
import io.headwater.log.transaction.AbortedTransactions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files in a partition's folder that spare an open the reading of all its batches: the
 * producers in {@code .snapshot}, the aborted transactions in {@code .txnindex}. Both follow from
 * the batches. Where they are missing or bad, all batches are read.
 *
 * <p>They are written only for batches that have been forced and whose commits are settled, so no
 * recovery changes what they say. A snapshot stands for the indexes of all segments below it: an
 * index is durable before its snapshot is written, and one that is missing makes the snapshot void.
 */
final class PartitionFiles {
  private static final Logger LOGGER = LoggerFactory.getLogger(PartitionFiles.class);
  private static final String LOG_SUFFIX = ".log";

  private final Storage storage;
  private final Path folder;

  /** How many entries the index of each segment has, by base offset. */
  private final Map<Long, Integer> indexed = new HashMap<>();

  private long savedOffset;

  PartitionFiles(Storage storage, Path folder) {
    this.storage = storage;
    this.folder = folder;
  }

  /** Up to where the files cover the batches, 0 if there are none. */
  long savedOffset() {
    return savedOffset;
  }

  /**
   * Restores the state from the newest files that can be trusted, and returns the offset from which
   * batches have to be replayed.
   *
   * @param range what the log has
   * @param offsetMax newer files are not used
   */
  long load(PartitionState state, OffsetRange range, long offsetMax) {
    List<Long> snapshots = offsets(ProducerSnapshot.SUFFIX);
    for (int i = snapshots.size() - 1; i >= 0; i--) {
      long offset = snapshots.get(i);
      if (offset <= range.to() && offset <= offsetMax && offset >= range.from()) {
        try {
          if (load(state, offset, range.to())) {
            savedOffset = offset;
            return offset;
          }
        } catch (LogException e) {
          // The files are gone or cannot be read; the batches say the same.
          LOGGER.warn(
              "{}: cannot use what was saved at offset {}: {}", folder, offset, e.getMessage());
        }
      }
    }
    indexed.clear();
    state.restore(List.of(), new AbortedTransactions());
    return range.from();
  }

  private boolean load(PartitionState state, long offset, long end) {
    Optional<List<ProducerEntry>> producers =
        ProducerSnapshot.parse(WholeFile.read(storage, file(offset, ProducerSnapshot.SUFFIX)));
    if (producers.isEmpty()) {
      LOGGER.warn("{}: the producer snapshot at offset {} is damaged", folder, offset);
      return false;
    }
    indexed.clear();
    var aborted = new ArrayList<AbortedTransaction>();
    List<Long> segments = offsets(LOG_SUFFIX);
    for (int i = 0; i < segments.size() && segments.get(i) < offset; i++) {
      long base = segments.get(i);
      Path index = file(base, AbortedIndexFile.SUFFIX);
      Optional<List<AbortedTransaction>> entries =
          storage.exists(index)
              ? AbortedIndexFile.parse(
                  WholeFile.read(storage, index),
                  base,
                  i + 1 < segments.size() ? segments.get(i + 1) : end)
              : Optional.empty();
      if (entries.isEmpty()) {
        LOGGER.warn("{} is missing or damaged", index);
        return false;
      }
      indexed.put(base, entries.get().size());
      for (AbortedTransaction transaction : entries.get()) {
        if (transaction.lastOffset() < offset) {
          aborted.add(transaction);
        }
      }
    }
    state.restore(producers.get(), AbortedTransactions.of(aborted));
    return true;
  }

  /** Deletes files for batches that are not there any more. */
  void deleteBeyond(long end) {
    for (String suffix : List.of(ProducerSnapshot.SUFFIX, AbortedIndexFile.SUFFIX)) {
      for (long offset : offsets(suffix)) {
        if (offset > end) {
          storage.delete(file(offset, suffix));
        }
      }
    }
  }

  /**
   * Writes the files.
   *
   * @param offset all batches below it are covered; they must be forced and settled
   * @param producers a snapshot's bytes
   * @param aborted in the order of their markers
   */
  void save(long offset, byte[] producers, List<AbortedTransaction> aborted) {
    if (offset == savedOffset) {
      return;
    }
    List<Long> segments = offsets(LOG_SUFFIX);
    int next = segments.isEmpty() ? 0 : firstFrom(aborted, 0, segments.get(0));
    for (int i = 0; i < segments.size() && segments.get(i) < offset; i++) {
      long base = segments.get(i);
      long to = i + 1 < segments.size() ? segments.get(i + 1) : Long.MAX_VALUE;
      int from = next;
      next = firstFrom(aborted, from, to);
      List<AbortedTransaction> entries = aborted.subList(from, next);
      Integer written = indexed.get(base);
      if (written == null || written != entries.size()) {
        Path index = file(base, AbortedIndexFile.SUFFIX);
        if (entries.isEmpty()) {
          WholeFile.write(storage, index, new byte[0]); // one that gets lost voids the snapshot
        } else {
          WholeFile.replace(storage, index, AbortedIndexFile.format(entries));
        }
        indexed.put(base, entries.size());
      }
    }
    WholeFile.write(storage, file(offset, ProducerSnapshot.SUFFIX), producers);
    for (long older : offsets(ProducerSnapshot.SUFFIX)) {
      if (older != offset && older != savedOffset) {
        storage.delete(file(older, ProducerSnapshot.SUFFIX));
      }
    }
    savedOffset = offset;
  }

  /** The index, {@code index} or later, of the first whose marker is not below an offset. */
  private static int firstFrom(List<AbortedTransaction> aborted, int index, long offset) {
    int at = index;
    while (at < aborted.size() && aborted.get(at).lastOffset() < offset) {
      at++;
    }
    return at;
  }

  /** Hands over the newest compacted form of the log's records, and returns its offset. */
  OptionalLong loadCompacted(long offsetMax, CompactedSnapshot.Sink sink) {
    return CompactedSnapshot.load(storage, folder, offsetMax, sink);
  }

  void saveCompacted(long offset, BatchBuilder records) {
    CompactedSnapshot.save(storage, folder, offset, records);
  }

  private Path file(long offset, String suffix) {
    return OffsetFile.path(folder, offset, suffix);
  }

  private List<Long> offsets(String suffix) {
    return OffsetFile.offsets(storage, folder, suffix);
  }
}
