package io.headwater.log;

import io.headwater.log.key.KeyIndex;
import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.Compression;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import io.headwater.log.record.Timestamps;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.transaction.TransactionTracker;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A durable log in a folder: messages in the order they were published, addressed by offset.
 * Offsets start at 0 and are never reused; deleting leaves gaps.
 *
 * <pre>{@code
 * try (Log log = Log.open(Path.of("data", "orders-0"))) {
 *   log.publish(key, value);
 *   for (Consumed read = log.consume(Log.OLDEST, 100);
 *       !read.messages().isEmpty();
 *       read = log.consume(read.nextOffset(), 100)) {
 *     read.messages().forEach(...);
 *   }
 * }
 * }</pre>
 *
 * <p>Safe for many threads: messages are published one call at a time, and readers never wait for
 * it. Interrupting a thread harms nothing; only the calls that wait for messages notice it.
 *
 * <p><b>Where an offset is asked for</b>, the log has those from the first message that is there up
 * to {@link #nextOffset}; {@link #OLDEST} and {@link #NEWEST} name the two ends. Any other is an
 * {@link OffsetOutOfRangeException}. Between the ends a message may be missing because it was
 * deleted: {@link #consume} goes on at the next one, {@link #get} is a {@link
 * MessageNotFoundException}.
 *
 * <p><b>What survives.</b> A published message survives the process being killed. A power cut it
 * survives once {@link #sync} has returned, or with {@code syncOnPublish}. Messages that were
 * published by one call are all there after a crash, or none of them.
 *
 * <p>Any method throws {@link LogException} if the disk fails, {@link CorruptLogException} where
 * bytes are not what was written, {@link IllegalStateException} once closed.
 */
public final class Log implements AutoCloseable {
  /** Stands for the offset of the first message that is there. */
  public static final long OLDEST = -2;

  /** Stands for the next message to be published; for {@link #get}, for the last one published. */
  public static final long NEWEST = -1;

  private static final int CHUNK_BYTES = 64 << 10;

  private static final int OFFSET_ENTRY_BYTES = 8;
  private static final int TIME_ENTRY_BYTES = 12;

  /** A slot of the key index is 8 bytes; a quarter of them is free, and there is a filter. */
  private static final int KEY_INDEX_ENTRY_BYTES = 12;

  /** Larger arrays are not kept for the next call. */
  private static final int KEPT_BYTES_MAX = 2 * BatchLog.BATCH_BYTES_MAX;

  private final BatchLog batches;
  private final LogOptions options;

  /** Readers that wait for messages do so on it. */
  private final Object publishLock;

  /** Null if the messages of all transactions are shown. */
  private final @Nullable TransactionTracker transactions;

  private BatchBuilder builder = new BatchBuilder(); // guarded by publishLock
  private int waiting; // guarded by publishLock
  private boolean closing; // guarded by publishLock

  /** Null without a key index. */
  private final @Nullable MessagesByKey keys;

  private final Object firstLock = new Object();

  /** The offset of the first message, or -1 if that has to be found out. Set under firstLock. */
  private volatile long first = -1;

  private final AtomicReference<@Nullable Chunk> spareChunk = new AtomicReference<>();
  private final AtomicReference<@Nullable LogCursor> spareCursor = new AtomicReference<>();

  /** What one call reads with. */
  private static final class Chunk {
    final BatchBuffer buffer = new BatchBuffer();
    final RecordReader reader = new RecordReader();
  }

  private Log(Storage storage, BatchLog batches, LogOptions options) {
    this.batches = batches;
    this.options = options;
    publishLock = batches.appendLock();
    transactions = options.readCommitted() ? new TransactionTracker(batches) : null;
    keys =
        options.keyIndex() ? MessagesByKey.open(storage, batches, options, this::messageAt) : null;
  }

  /** Opens the log in a folder with the default options; makes folder and log if there is none. */
  public static Log open(Path folder) {
    return open(folder, LogOptions.DEFAULT);
  }

  /** Opens the log in a folder of this machine's disk. */
  public static Log open(Path folder, LogOptions options) {
    return open(Storage.disk(), folder, options);
  }

  /**
   * Opens the log in a folder. Makes a new one if there is none, unless it is opened for reading
   * only. A tail that a crash tore is cut off: see {@link #recovery}.
   *
   * @throws io.headwater.log.storage.FolderInUseException if it is open for writing already, or is
   *     a partition in the data folder of a broker, Headwater's or Kafka's, that is running or has
   *     another log open for writing
   * @throws LogException if there is no such folder, or no log in it, and none is to be made
   */
  public static Log open(Storage storage, Path folder, LogOptions options) {
    BatchLog batches = BatchLog.open(storage, folder, options);
    boolean opened = false;
    try {
      if (!options.keyIndex() && !options.readOnly()) {
        KeyIndex.delete(storage, folder);
      }
      batches.writeIndexesIn(options.executor());
      var log = new Log(storage, batches, options);
      opened = true;
      return log;
    } finally {
      if (!opened) {
        batches.close();
      }
    }
  }

  /** What opening the log found on disk. */
  public Recovery recovery() {
    return batches.recovery();
  }

  /** The folder, whose name stands for the log in errors. */
  public Path folder() {
    return batches.folder();
  }

  /** Whether it leaves out what transactions aborted, or have not decided. */
  public boolean readCommitted() {
    return transactions != null;
  }

  // ---- publishing

  /**
   * Publishes messages, which get the next offsets, in order. After a crash either all are there or
   * none. A message's own offset is ignored; one without a timestamp gets the clock's.
   *
   * @return the offset after the last of them, which is that of the next message; nothing is
   *     written if there are no messages
   * @throws MessageTooLargeException if a message is larger than the options allow, or several
   *     together make more than 1 MiB; nothing was published
   * @throws ReadOnlyLogException if the log is open for reading only
   * @throws IllegalArgumentException if a timestamp is negative and not {@link
   *     Message#NO_TIMESTAMP}; nothing was published
   * @throws LogException if it could not be written. Nothing was published, unless it is the
   *     forcing of {@code syncOnPublish} that failed: then the messages can be read, but may not
   *     survive, and the log takes no more
   */
  public long publish(List<Message> messages) {
    ensureWritable();
    if (messages.isEmpty()) {
      return batches.nextOffset();
    }
    long next;
    synchronized (publishLock) {
      startBatch();
      for (Message message : messages) {
        add(message.timestampMs(), message.key(), message.value(), message.headers());
        int size = builder.sizeInBytes();
        if (size > BatchLog.BATCH_BYTES_MAX && messages.size() > 1) {
          throw MessageTooLargeException.ofBatch(
              name(), builder.count(), messages.size(), size, BatchLog.BATCH_BYTES_MAX);
        }
      }
      next = append();
    }
    return synced(next);
  }

  /** Publishes one message: as {@link #publish(List)}. */
  public long publish(Message message) {
    return publish(message.timestampMs(), message.key(), message.value(), message.headers());
  }

  /** Publishes one message with the clock's time and no headers: as {@link #publish(List)}. */
  public long publish(byte @Nullable [] key, byte @Nullable [] value) {
    return publish(Message.NO_TIMESTAMP, key, value, Headers.EMPTY);
  }

  private long publish(
      long timestampMs, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    ensureWritable();
    long next;
    synchronized (publishLock) {
      startBatch();
      add(timestampMs, key, value, headers);
      next = append();
    }
    return synced(next);
  }

  /** Under publishLock. */
  private void startBatch() {
    if (closing) {
      throw new IllegalStateException(folder() + " is closed");
    }
    builder.reset();
    if (keys != null) {
      keys.startNoting();
    }
  }

  /** Adds a message to the builder. Under publishLock. */
  private void add(
      long timestampMs, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long bytes = Message.contentBytes(key, value, headers);
    if (bytes > options.messageBytesMax()) {
      throw MessageTooLargeException.ofMessage(name(), bytes, options.messageBytesMax());
    }
    if (timestampMs < 0 && timestampMs != Message.NO_TIMESTAMP) {
      throw new IllegalArgumentException(
          "a message's timestamp is %d; it counts milliseconds since 1970, or is NO_TIMESTAMP"
              .formatted(timestampMs));
    }
    long timestamp = timestampMs < 0 ? options.clock().millis() : timestampMs;
    builder.append(timestamp, key, value, headers);
    if (options.compression() != Compression.NONE && builder.isTooLargeToCompress()) {
      throw MessageTooLargeException.ofCompressed(
          name(), bytes, RecordReader.DECOMPRESSED_BYTES_MAX);
    }
    if (keys != null) {
      keys.note(key);
    }
  }

  /** Appends the builder's messages and wakes who waits for them. Under publishLock. */
  private long append() {
    long base = batches.append(builder);
    long next = base + builder.count();
    if (keys != null) {
      keys.add(base, builder.sizeInBytes());
    }
    if (transactions != null) {
      transactions.passedOver(next);
    }
    if (waiting > 0) {
      publishLock.notifyAll();
    }
    if (builder.capacityBytes() > KEPT_BYTES_MAX) {
      builder = new BatchBuilder();
    }
    return next;
  }

  private long synced(long next) {
    if (options.syncOnPublish()) {
      batches.sync();
    }
    return next;
  }

  /**
   * Returns once every message below the returned offset would survive a power cut; it is at least
   * the next offset at the call. Of a log that is open for reading only, returns the next offset.
   *
   * @throws LogException if it fails; the log takes no more messages then, since what is on disk is
   *     not known: open it again to find out
   */
  public long sync() {
    return options.readOnly() ? batches.nextOffset() : batches.sync();
  }

  /**
   * The offset that the next message will get; 0 only if nothing was ever published. Of a
   * read-committed log, where reading ends for now: that of the first message that is undecided.
   */
  public long nextOffset() {
    long end = batches.nextOffset();
    return transactions == null ? end : transactions.stableOffset();
  }

  /**
   * From the first message that is there up to {@link #nextOffset}; empty if there is no message.
   */
  public OffsetRange range() {
    long from = first();
    return new OffsetRange(from, nextOffset());
  }

  // ---- reading on

  /**
   * Reads messages in the order of their offsets, from the given one on, or from the first after it
   * if that was deleted. All that fit are held in memory: the other form bounds their size.
   *
   * @param offset where to begin; {@link #NEWEST} reads nothing and tells the next offset
   * @param maxCount how many messages to return at most, from 1
   * @throws OffsetOutOfRangeException if the log does not have the offset (any more, or yet)
   * @throws CorruptLogException if the first message is damaged, with the offset to go on from; one
   *     further on ends the answer before it
   */
  public Consumed consume(long offset, int maxCount) {
    return consume(offset, maxCount, Integer.MAX_VALUE);
  }

  /**
   * As {@link #consume(long, int)}, and ends before the messages take more than a number of bytes
   * in the log; but always reads one, so that a large one cannot stall a reader.
   *
   * @param bytesMax from 1
   */
  public Consumed consume(long offset, int maxCount, int bytesMax) {
    ensureCount(maxCount);
    if (bytesMax < 1) {
      throw new IllegalArgumentException("bytesMax is at least 1, was " + bytesMax);
    }
    return read(absolute(offset), maxCount, bytesMax);
  }

  private static void ensureCount(int maxCount) {
    if (maxCount < 1) {
      throw new IllegalArgumentException("maxCount is at least 1, was " + maxCount);
    }
  }

  private Consumed read(long from, int maxCount, int bytesMax) {
    long end = nextOffset();
    if (from >= end) {
      return new Consumed(from, List.of());
    }
    Chunk chunk = takeChunk();
    BatchBuffer buffer = chunk.buffer;
    RecordReader reader = chunk.reader;
    int chunkBytes = (int) Math.min(Math.min(bytesMax, CHUNK_BYTES), maxCount * 256L);
    var messages = new ArrayList<Message>(Math.min(maxCount, 16));
    long bytes = 0;
    long next = from;
    while (next < end) {
      try {
        batches.readFrom(next, end, chunkBytes, buffer);
        if (buffer.isEmpty()) {
          next = end;
          break;
        }
        reader.reset(buffer);
        while (reader.nextBatch()) {
          boolean shown = isShown(reader.batch());
          while (shown && reader.nextRecord()) {
            if (reader.offset() < from) {
              continue;
            }
            bytes += reader.sizeInBytes();
            if (!messages.isEmpty() && bytes > bytesMax) {
              return consumed(chunk, messages);
            }
            messages.add(message(reader));
            if (messages.size() == maxCount) {
              return consumed(chunk, messages);
            }
          }
        }
      } catch (CorruptLogException e) {
        if (messages.isEmpty()) {
          throw e;
        }
        return consumed(chunk, messages); // what comes before the damage is not lost
      }
      next = buffer.nextOffset();
    }
    keepChunk(chunk);
    return new Consumed(next, messages);
  }

  private Consumed consumed(Chunk chunk, List<Message> messages) {
    keepChunk(chunk);
    return new Consumed(messages.get(messages.size() - 1).offset() + 1, messages);
  }

  /** Whether a batch has messages that this log shows. */
  private boolean isShown(RecordBatch batch) {
    return !batch.isControl() && (transactions == null || !transactions.isAborted(batch));
  }

  private static Message message(RecordReader reader) {
    return new Message(
        reader.offset(), reader.timestampMs(), reader.key(), reader.value(), reader.headers());
  }

  /**
   * A cursor before the message with an offset, or the first after it if that was deleted: for
   * reading many messages without an object for each.
   *
   * @param offset where to begin; {@link #NEWEST} waits for what is published from now on
   * @throws OffsetOutOfRangeException if the log does not have the offset (any more, or yet)
   */
  public LogCursor cursor(long offset) {
    var cursor = new LogCursor(batches, transactions);
    cursor.seek(absolute(offset));
    return cursor;
  }

  /**
   * As {@link #consume(long, int)}; but if the offset is that of the next message, which includes
   * {@link #NEWEST}, waits until there is one. Returns none if there is none in time. A log that is
   * open for reading only learns of messages by {@link #refresh} on some thread.
   *
   * @param timeout how long to wait; nothing or less asks once
   * @throws IllegalStateException if the log is closed, also while it waits
   */
  public Consumed consumeBlocking(long offset, int maxCount, Duration timeout)
      throws InterruptedException {
    ensureCount(maxCount);
    long from = absolute(offset);
    if (from >= nextOffset()) {
      awaitPast(from, new Wait(timeout));
    }
    // What was published meanwhile may be deleted again.
    return read(Math.max(from, first()), maxCount, Integer.MAX_VALUE);
  }

  /** A time to wait, also one of centuries. */
  private static final class Wait {
    private final long startNanos = System.nanoTime();
    private final long nanos;

    Wait(Duration timeout) {
      nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout)); // which does not overflow
    }

    long leftNanos() {
      return nanos - (System.nanoTime() - startNanos);
    }
  }

  /** Waits until the next offset is higher; returns false if that took too long. */
  private boolean awaitPast(long offset, Wait wait) throws InterruptedException {
    synchronized (publishLock) {
      while (nextOffset() <= offset) {
        long left = wait.leftNanos();
        if (left <= 0) {
          return false;
        }
        waiting++;
        try {
          TimeUnit.NANOSECONDS.timedWait(publishLock, left);
        } finally {
          waiting--;
        }
      }
      return true;
    }
  }

  // ---- reading by key

  /**
   * As {@link #consume(long, int)}, but reads the messages of one key only. Fewer than {@code
   * maxCount} mean that there are no more up to the next offset that is returned.
   *
   * @param key whole keys are compared; null is a key like any other
   * @throws NoSuchIndexException if the log is open without a key index
   */
  public Consumed consumeByKey(byte @Nullable [] key, long offset, int maxCount) {
    MessagesByKey index = keys();
    ensureCount(maxCount);
    long from = absolute(offset);
    return offset == NEWEST
        ? new Consumed(from, List.of())
        : index.consume(key, from, nextOffset(), maxCount);
  }

  /**
   * As {@link #consumeByKey}; but if there is no message of the key from the offset on, waits for
   * one, whatever messages of other keys are published meanwhile. If there is none in time, the
   * next offset that is returned is past those.
   *
   * @param timeout how long to wait; nothing or less asks once
   * @throws IllegalStateException if the log is closed, also while it waits
   */
  public Consumed consumeByKeyBlocking(
      byte @Nullable [] key, long offset, int maxCount, Duration timeout)
      throws InterruptedException {
    var wait = new Wait(timeout);
    Consumed consumed = consumeByKey(key, offset, maxCount);
    while (consumed.messages().isEmpty() && awaitPast(consumed.nextOffset(), wait)) {
      long from = Math.max(consumed.nextOffset(), first());
      consumed = keys().consume(key, from, nextOffset(), maxCount);
    }
    return consumed;
  }

  /**
   * The last message of a key.
   *
   * @throws MessageNotFoundException if there is no message of that key
   * @throws NoSuchIndexException if the log is open without a key index
   */
  public Message getByKey(byte @Nullable [] key) {
    Message found = keys().last(key);
    if (found == null) {
      batches.nextOffset(); // a closed log says so
      throw new MessageNotFoundException(name(), "message with the key " + text(key));
    }
    return found;
  }

  /** The offset of the message that {@link #getByKey} returns. */
  public long offsetByKey(byte @Nullable [] key) {
    return getByKey(key).offset();
  }

  /**
   * The last message of each key, in the order of the keys; null where there is none. Faster than
   * one call for each.
   *
   * @throws NoSuchIndexException if the log is open without a key index
   */
  public List<@Nullable Message> getByKeys(List<byte @Nullable []> wanted) {
    return keys().lastOfEach(wanted);
  }

  private MessagesByKey keys() {
    if (keys == null) {
      throw new NoSuchIndexException(
          "%s is open without a key index: open it with keyIndex to read by key".formatted(name()));
    }
    return keys;
  }

  /** A key as an error shows it: as text if it is some, and not all of a long one. */
  private static String text(byte @Nullable [] key) {
    if (key == null) {
      return "null";
    }
    int shown = Math.min(key.length, 40);
    var text = new StringBuilder("'");
    for (int i = 0; i < shown; i++) {
      if (key[i] >= 0x20 && key[i] < 0x7f) {
        text.append((char) key[i]);
      } else {
        text.append("\\x%02x".formatted(key[i]));
      }
    }
    return text.append(shown < key.length ? "...' of %d bytes".formatted(key.length) : "'")
        .toString();
  }

  // ---- reading one

  /**
   * Reads one message.
   *
   * @param offset of the message; {@link #OLDEST} for the first that is there, {@link #NEWEST} for
   *     the last
   * @throws MessageNotFoundException if the message was deleted
   * @throws OffsetOutOfRangeException if the log does not have the offset, as an empty log has none
   */
  public Message get(long offset) {
    if (offset == OLDEST) {
      List<Message> oldest = consume(OLDEST, 1).messages();
      if (oldest.isEmpty()) {
        throw outOfRange(OLDEST);
      }
      return oldest.get(0);
    }
    if (offset == NEWEST) {
      return last();
    }
    if (absolute(offset) == nextOffset()) {
      throw outOfRange(offset);
    }
    Message found = messageAt(offset);
    if (found == null) {
      throw new MessageNotFoundException(
          name(), "message at offset %d any more: it was deleted".formatted(offset));
    }
    return found;
  }

  private @Nullable Message messageAt(long offset) {
    Message found = firstFrom(offset);
    return found == null || found.offset() != offset ? null : found;
  }

  /** The first message at or after an offset; null if there is none. */
  private @Nullable Message firstFrom(long offset) {
    LogCursor spare = spareCursor.getAndSet(null);
    LogCursor cursor = spare == null ? new LogCursor(batches, transactions) : spare;
    Message found =
        cursor.findFrom(offset)
            ? new Message(
                cursor.offset(),
                cursor.timestampMs(),
                cursor.key(),
                cursor.value(),
                cursor.headers())
            : null;
    if (cursor.bufferBytes() <= KEPT_BYTES_MAX) {
      spareCursor.set(cursor);
    }
    return found;
  }

  /** Looks further and further back from the end, where messages may be missing. */
  private Message last() {
    OffsetRange range = range();
    for (long back = 1; range.size() > 0; back *= 2) {
      long from = Math.max(range.from(), range.to() - back);
      Message last = null;
      for (Message next = firstFrom(from); next != null; next = firstFrom(next.offset() + 1)) {
        last = next;
      }
      if (last != null) {
        return last;
      }
      if (from == range.from()) {
        break;
      }
    }
    throw outOfRange(NEWEST);
  }

  /**
   * The first message, by offset, whose timestamp is not before the given one, in milliseconds
   * since 1970. Timestamps may go up and down.
   *
   * @throws MessageNotFoundException if all are before it
   * @throws OffsetOutOfRangeException if the log is empty
   * @throws NoSuchIndexException if the log is open without a time index
   */
  public Message getByTime(long timestampMs) {
    long found = batches.offsetForTime(timestampMs);
    while (true) {
      Message message = found < nextOffset() ? firstFrom(found) : null;
      if (message == null) {
        throw notFoundByTime(timestampMs);
      }
      if (message.timestampMs() >= timestampMs) {
        return message;
      }
      found = message.offset() + 1; // what was found was deleted just now
    }
  }

  /** As {@link #getByTime(long)}. */
  public Message getByTime(Instant time) {
    return getByTime(Timestamps.ceil(time));
  }

  /** Where the message is that {@link #getByTime(long)} returns. */
  public OffsetAndTimestamp offsetByTime(long timestampMs) {
    Message message = getByTime(timestampMs);
    return new OffsetAndTimestamp(message.offset(), message.timestampMs());
  }

  /** As {@link #offsetByTime(long)}. */
  public OffsetAndTimestamp offsetByTime(Instant time) {
    return offsetByTime(Timestamps.ceil(time));
  }

  private LogException notFoundByTime(long timestampMs) {
    return range().size() == 0
        ? outOfRange(OLDEST)
        : new MessageNotFoundException(
            name(),
            "message at or after the time %d, %s"
                .formatted(timestampMs, Instant.ofEpochMilli(timestampMs)));
  }

  // ---- deleting

  /**
   * Deletes messages: those of the given ones that are in the segment with the lowest of them that
   * is there, so that a call takes bounded time. Offsets without a message are passed over. The
   * next offset stays, whatever is deleted. After a crash all that a call deletes is there still,
   * or none of it; once it has returned, nothing of it comes back.
   *
   * <p>Messages that are damaged go together: where they are all to be deleted, all offsets that
   * are lost with them count as deleted, and else they stay.
   *
   * @return which messages were deleted, none if none of them is there
   * @throws ReadOnlyLogException if the log is open for reading only
   * @throws LogException if it fails. Nothing was deleted, unless the log takes no more messages:
   *     then they are shown no more, but may be there again when it is opened
   */
  public Deleted delete(OffsetSet offsets) {
    return delete(offsets, 0);
  }

  /** As the other form, of the given offsets only those from one on. */
  private Deleted delete(OffsetSet offsets, long from) {
    ensureWritable();
    Deleted deleted;
    try {
      deleted = batches.delete(offsets, from);
    } finally {
      synchronized (firstLock) {
        first = -1; // also if it fails: messages may be gone, but not for good
      }
    }
    if (keys != null && !deleted.offsets().isEmpty()) {
      keys.deleted(deleted.offsets(), first());
    }
    return deleted;
  }

  /**
   * Deletes messages of all segments, one after the other.
   *
   * @param backoff what to do between two segments
   * @throws DeleteFailedException if it fails between or in a segment, with what was deleted
   * @throws ReadOnlyLogException if the log is open for reading only
   */
  public Deleted deleteAll(OffsetSet offsets, DeleteBackoff backoff) {
    ensureWritable();
    OffsetSet.Builder deleted = OffsetSet.builder();
    long bytesFreed = 0;
    try {
      long next = offsets.firstFrom(0);
      while (next >= 0) {
        Deleted step = delete(offsets, next);
        if (step.offsets().isEmpty()) {
          break;
        }
        deleted.add(step.offsets());
        bytesFreed += step.bytesFreed();
        next = offsets.firstFrom(step.offsets().last() + 1);
        if (next >= 0 && next < nextOffset()) {
          backoff.pause();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeleteFailedException(name(), new Deleted(deleted.build(), bytesFreed), e);
    } catch (RuntimeException e) {
      throw new DeleteFailedException(name(), new Deleted(deleted.build(), bytesFreed), e);
    }
    return new Deleted(deleted.build(), bytesFreed);
  }

  // ---- how large

  /** How large the log is: see {@link #segments} for what it costs. */
  public LogStat stat() {
    List<SegmentStat> segments = segments();
    long messages = 0;
    long bytes = 0;
    for (SegmentStat segment : segments) {
      messages += segment.messages();
      bytes += segment.bytes();
    }
    if (keys != null) {
      bytes += keys.sizeBytes();
    }
    return new LogStat(segments.size(), messages, bytes);
  }

  /**
   * How large each segment is, in order. The last is the one that is being written. Messages are
   * counted by the headers of the batches: all of them at the first call, what is new later.
   */
  public List<SegmentStat> segments() {
    return batches.segmentStats();
  }

  /**
   * How many bytes a message takes if it is published alone: its batch, and its share of the
   * entries of the indexes, rounded up.
   */
  public long size(Message message) {
    long batch = BatchBuilder.batchSizeOf(message.key(), message.value(), message.headers());
    long messagesPerEntry = options.indexIntervalBytes() / batch + 1;
    int entryBytes = OFFSET_ENTRY_BYTES + (options.timeIndex() ? TIME_ENTRY_BYTES : 0);
    long entries = (entryBytes + messagesPerEntry - 1) / messagesPerEntry;
    return batch + entries + (keys == null ? 0 : KEY_INDEX_ENTRY_BYTES);
  }

  // ---- the log as a whole

  /**
   * Makes a folder a copy of the log as it is now, from which it can be opened. Only what the
   * folder does not have from an earlier backup is copied. Publishing and reading go on meanwhile;
   * deleting waits for it.
   *
   * @throws LogException if the folder is in use, or holds something that is no backup of this log
   */
  public void backup(Path target) {
    batches.backup(target);
  }

  /**
   * Looks for messages that another process has published since. Only for a log that is open for
   * reading only. Messages that the other process has deleted since may still be shown.
   *
   * @return whether there are more
   */
  public boolean refresh() {
    long before = nextOffset();
    synchronized (firstLock) {
      batches.refresh();
      first = -1;
      if (transactions != null) {
        transactions.readOn();
      }
      if (keys != null) {
        keys.refresh();
      }
    }
    boolean more = nextOffset() > before;
    if (more) {
      wakeWaiting();
    }
    return more;
  }

  /**
   * Releases the memory of segments that have not been read for some time: see {@link BatchLog#gc}.
   */
  public void gc(Duration unusedFor) {
    batches.gc(unusedFor);
  }

  private void wakeWaiting() {
    synchronized (publishLock) {
      publishLock.notifyAll();
    }
  }

  /** Forces all messages to disk, and releases the folder. Who waits for a message is woken. */
  @Override
  public void close() {
    synchronized (publishLock) {
      closing = true; // nobody adds to the key index any more
    }
    try {
      if (keys != null) {
        keys.close();
      }
    } finally {
      batches.close();
      wakeWaiting();
    }
  }

  // ---- offsets

  /** The offset that is meant, checked. */
  private long absolute(long offset) {
    if (offset == NEWEST) {
      return nextOffset();
    }
    long from = first();
    if (offset == OLDEST) {
      return from;
    }
    if (offset < from || offset > nextOffset()) {
      throw outOfRange(offset);
    }
    return offset;
  }

  private OffsetOutOfRangeException outOfRange(long offset) {
    return new OffsetOutOfRangeException(name(), offset, range());
  }

  private long first() {
    long known = first;
    if (known >= 0) {
      return known;
    }
    synchronized (firstLock) {
      if (first < 0) {
        first = findFirst();
      }
      return first;
    }
  }

  /** The offset of the first message, though it be damaged; the next offset if there is none. */
  private long findFirst() {
    Chunk chunk = takeChunk();
    long end = nextOffset();
    for (long next = batches.range().from(); next < end; next = chunk.buffer.nextOffset()) {
      try {
        batches.readFrom(next, end, 1, chunk.buffer);
        if (chunk.buffer.isEmpty()) {
          break;
        }
        chunk.reader.reset(chunk.buffer);
        while (chunk.reader.nextBatch()) {
          if (isShown(chunk.reader.batch()) && chunk.reader.nextRecord()) {
            long found = chunk.reader.offset();
            keepChunk(chunk);
            return found;
          }
        }
      } catch (CorruptLogException e) {
        return next;
      }
    }
    keepChunk(chunk);
    return end;
  }

  // ---- the small things

  private Chunk takeChunk() {
    Chunk spare = spareChunk.getAndSet(null);
    return spare == null ? new Chunk() : spare;
  }

  private void keepChunk(Chunk chunk) {
    if (chunk.buffer.array().length + chunk.reader.capacityBytes() <= KEPT_BYTES_MAX) {
      spareChunk.set(chunk);
    }
  }

  private void ensureWritable() {
    if (options.readOnly()) {
      batches.nextOffset(); // closed comes first
      throw new ReadOnlyLogException(folder());
    }
  }

  private String name() {
    return String.valueOf(folder().getFileName());
  }
}
