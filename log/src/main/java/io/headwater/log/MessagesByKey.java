package io.headwater.log;

import io.headwater.log.key.KeyHash;
import io.headwater.log.key.KeyIndex;
import io.headwater.log.key.KeySource;
import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.RecordReader;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds a log's messages by their keys. The index tells where a key's messages may be; here each is
 * read and its key compared, since hashes collide and messages are deleted.
 *
 * <p>Safe for many threads; one at a time notes and adds what is published.
 */
final class MessagesByKey implements AutoCloseable {
  private static final int CANDIDATES_MAX = 256;
  private static final int CHUNK_BYTES = 64 << 10;

  /** About how much of the log is read at most for its index after the process was killed. */
  private static final int SEAL_BYTES = 16 << 20;

  private final KeyIndex index;
  private final BatchLog batches;
  private final LongFunction<@Nullable Message> messageAt;
  private long[] hashes = new long[16];
  private int noted;
  private long bytesSinceSeal;

  private MessagesByKey(
      KeyIndex index, BatchLog batches, LongFunction<@Nullable Message> messageAt) {
    this.index = index;
    this.batches = batches;
    this.messageAt = messageAt;
  }

  /**
   * Opens the key index of a log, and makes what is missing of it.
   *
   * @param messageAt reads the message of an offset; null if there is none
   */
  static MessagesByKey open(
      Storage storage,
      BatchLog batches,
      LogOptions options,
      LongFunction<@Nullable Message> messageAt) {
    Path folder = batches.folder();
    OffsetRange range = batches.range();
    KeySource source = (from, to, sink) -> forEachKey(batches, from, to, sink);
    KeyIndex index =
        options.readOnly()
            ? KeyIndex.openReadOnly(storage, folder, range, source, options.executor())
            : KeyIndex.open(storage, folder, range, source, options.executor());
    return new MessagesByKey(index, batches, messageAt);
  }

  /** Shows the index the keys of what can be read. */
  private static void forEachKey(BatchLog batches, long from, long to, KeySource.Sink sink) {
    var buffer = new BatchBuffer();
    var reader = new RecordReader();
    long next = from;
    while (next < to) {
      try {
        batches.readFrom(next, Long.MAX_VALUE, CHUNK_BYTES, buffer);
        if (buffer.isEmpty()) {
          return;
        }
        reader.reset(buffer);
        while (reader.nextBatch()) {
          while (!reader.batch().isControl() && reader.nextRecord()) {
            if (reader.offset() >= next && reader.offset() < to) {
              sink.key(reader.offset(), hash(reader));
              next = reader.offset() + 1;
            }
          }
        }
        next = buffer.nextOffset();
      } catch (CorruptLogException e) {
        next = Math.max(next + 1, e.offsetAfter().orElse(0));
      }
    }
  }

  private static long hash(RecordReader reader) {
    return reader.keySize() < 0
        ? KeyHash.NULL
        : KeyHash.of(reader.array(), reader.keyPosition(), reader.keySize());
  }

  // ---- publishing

  /** Forgets what was noted. */
  void startNoting() {
    noted = 0;
  }

  /** Takes notice of the next message that is to be published. */
  void note(byte @Nullable [] key) {
    if (noted == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * noted);
    }
    hashes[noted++] = KeyHash.of(key);
  }

  /**
   * Lets what was noted be found, now that it is published.
   *
   * @param bytes its size in the log
   */
  void add(long baseOffset, int bytes) {
    if (noted == 1) {
      index.add(baseOffset, hashes[0]);
    } else {
      index.add(baseOffset, hashes, noted);
    }
    bytesSinceSeal += bytes;
    if (bytesSinceSeal >= SEAL_BYTES) {
      index.seal();
      bytesSinceSeal = 0;
    }
  }

  /** Takes up what another process has published. By one thread at a time. */
  void refresh() {
    long end = batches.nextOffset();
    forEachKey(batches, index.end(), end, index::add);
    index.skipTo(end); // the last ones may be deleted already
  }

  /** Says that messages were deleted, and which is the first that is left. */
  void deleted(OffsetSet offsets, long first) {
    for (OffsetRange range : offsets.ranges()) {
      index.deleted(range);
    }
    index.dropBelow(first);
  }

  // ---- reading

  /** The first messages of a key from an offset on, and before another one. */
  Consumed consume(byte @Nullable [] key, long from, long to, int maxCount) {
    long end = Math.min(to, index.end());
    long hash = KeyHash.of(key);
    var messages = new ArrayList<Message>(Math.min(maxCount, 16));
    long[] candidates = new long[Math.min(maxCount, CANDIDATES_MAX)];
    long next = from;
    int found;
    do {
      found = index.next(hash, next, candidates);
      for (int i = 0; i < found && candidates[i] < end; i++) {
        Message message;
        try {
          message = messageAt.apply(candidates[i]);
        } catch (CorruptLogException e) {
          if (messages.isEmpty()) {
            throw e;
          }
          return new Consumed(candidates[i], messages); // what comes before it is not lost
        }
        if (message != null && Arrays.equals(message.key(), key)) {
          messages.add(message);
          if (messages.size() == maxCount) {
            return new Consumed(message.offset() + 1, messages);
          }
        }
        next = candidates[i] + 1;
      }
    } while (found == candidates.length && candidates[found - 1] < end);
    return new Consumed(Math.max(from, end), messages);
  }

  /** The last message of a key. */
  @Nullable Message last(byte @Nullable [] key) {
    long hash = KeyHash.of(key);
    return lastFrom(key, hash, index.last(hash, Long.MAX_VALUE));
  }

  /** The last message of each key, in the order of the keys. */
  List<@Nullable Message> lastOfEach(List<byte @Nullable []> keys) {
    int count = keys.size();
    long[] hashOfEach = new long[count];
    for (int i = 0; i < count; i++) {
      hashOfEach[i] = KeyHash.of(keys.get(i));
    }
    long[] candidates = new long[count];
    index.lastOfEach(hashOfEach, count, Long.MAX_VALUE, candidates);
    var messages = new ArrayList<@Nullable Message>(count);
    for (int i = 0; i < count; i++) {
      messages.add(lastFrom(keys.get(i), hashOfEach[i], candidates[i]));
    }
    return Collections.unmodifiableList(messages);
  }

  private @Nullable Message lastFrom(byte @Nullable [] key, long hash, long first) {
    for (long candidate = first; candidate >= 0; candidate = index.last(hash, candidate)) {
      Message message = messageAt.apply(candidate);
      if (message != null && Arrays.equals(message.key(), key)) {
        return message;
      }
    }
    return null;
  }

  /** The size of the index's files. */
  long sizeBytes() {
    return index.sizeBytes();
  }

  @Override
  public void close() {
    index.close();
  }
}
