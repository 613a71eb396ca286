package io.headwater.log;

import io.headwater.serde.Deserializer;
import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.SerializationException;
import io.headwater.serde.Serializer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Log} whose keys and values are objects. A null key or value is null in the log too, and
 * no serde is asked; all else is as its serde writes it. Serdes are told the folder's name as the
 * topic. Safe for many threads, as its serdes have to be.
 *
 * <p>Every method does what the log's of the same name does, with the same errors. Besides, a key
 * or value that cannot be written or read is a {@link SerializationException} that names the
 * offset; what cannot be written is not published, nor is what was to be published with it. The
 * message is there still, and {@link #raw} reads it.
 */
public final class TypedLog<K, V> implements AutoCloseable {
  private final Log log;
  private final String name;
  private final Serde<K> keys;
  private final Serde<V> values;

  private TypedLog(Log log, Serde<K> keys, Serde<V> values) {
    this.log = log;
    this.name = String.valueOf(log.folder().getFileName());
    this.keys = keys;
    this.values = values;
  }

  /** Opens the log in a folder of this machine's disk: see {@link Log#open(Path, LogOptions)}. */
  public static <K, V> TypedLog<K, V> open(
      Path folder, LogOptions options, Serde<K> keys, Serde<V> values) {
    return of(Log.open(folder, options), keys, values);
  }

  /** A log as one of objects. Closing either closes both. */
  public static <K, V> TypedLog<K, V> of(Log log, Serde<K> keys, Serde<V> values) {
    return new TypedLog<>(log, keys, values);
  }

  /** The log of bytes. */
  public Log raw() {
    return log;
  }

  // ---- publishing

  /** Publishes messages: see {@link Log#publish(List)}. */
  public long publish(List<TypedMessage<K, V>> messages) {
    var raw = new ArrayList<Message>(messages.size());
    for (TypedMessage<K, V> message : messages) {
      raw.add(raw(message));
    }
    return log.publish(raw);
  }

  /** Publishes one message. */
  public long publish(TypedMessage<K, V> message) {
    return log.publish(raw(message));
  }

  /** Publishes one message with the clock's time and no headers. */
  public long publish(@Nullable K key, @Nullable V value) {
    return log.publish(
        write(keys.serializer(), Headers.EMPTY, key),
        write(values.serializer(), Headers.EMPTY, value));
  }

  /** How many bytes a message takes if it is published alone: see {@link Log#size}. */
  public long size(TypedMessage<K, V> message) {
    return log.size(raw(message));
  }

  /** Returns once what was published is durable: see {@link Log#sync}. */
  public long sync() {
    return log.sync();
  }

  /** The offset that the next message will get. */
  public long nextOffset() {
    return log.nextOffset();
  }

  /** From the first message that is there up to {@link #nextOffset}. */
  public OffsetRange range() {
    return log.range();
  }

  // ---- reading

  /**
   * Reads messages: see {@link Log#consume(long, int)}. If one cannot be read as an object, the
   * answer ends before it, and it is an error where it comes first: so nothing before it is lost,
   * and a reader can go on at the offset after it.
   */
  public TypedConsumed<K, V> consume(long offset, int maxCount) {
    return typed(log.consume(offset, maxCount));
  }

  /** Reads messages up to a number of bytes: see {@link Log#consume(long, int, int)}. */
  public TypedConsumed<K, V> consume(long offset, int maxCount, int bytesMax) {
    return typed(log.consume(offset, maxCount, bytesMax));
  }

  /** Reads messages, waiting for one at the end: see {@link Log#consumeBlocking}. */
  public TypedConsumed<K, V> consumeBlocking(long offset, int maxCount, Duration timeout)
      throws InterruptedException {
    return typed(log.consumeBlocking(offset, maxCount, timeout));
  }

  /** Reads one message: see {@link Log#get}. */
  public TypedMessage<K, V> get(long offset) {
    return typed(log.get(offset));
  }

  /** The first message that is not before a time: see {@link Log#getByTime(long)}. */
  public TypedMessage<K, V> getByTime(long timestampMs) {
    return typed(log.getByTime(timestampMs));
  }

  /** As {@link #getByTime(long)}. */
  public TypedMessage<K, V> getByTime(Instant time) {
    return typed(log.getByTime(time));
  }

  /** Where the message is that {@link #getByTime(long)} returns. */
  public OffsetAndTimestamp offsetByTime(long timestampMs) {
    return log.offsetByTime(timestampMs);
  }

  /** As {@link #offsetByTime(long)}. */
  public OffsetAndTimestamp offsetByTime(Instant time) {
    return log.offsetByTime(time);
  }

  // ---- reading by key

  /** Reads the messages of one key, also the null key: see {@link Log#consumeByKey}. */
  public TypedConsumed<K, V> consumeByKey(@Nullable K key, long offset, int maxCount) {
    return typed(log.consumeByKey(raw(key), offset, maxCount));
  }

  /** Reads the messages of one key, waiting for one: see {@link Log#consumeByKeyBlocking}. */
  public TypedConsumed<K, V> consumeByKeyBlocking(
      @Nullable K key, long offset, int maxCount, Duration timeout) throws InterruptedException {
    return typed(log.consumeByKeyBlocking(raw(key), offset, maxCount, timeout));
  }

  /** The last message of a key: see {@link Log#getByKey}. */
  public TypedMessage<K, V> getByKey(@Nullable K key) {
    return typed(log.getByKey(raw(key)));
  }

  /** The offset of the message that {@link #getByKey} returns. */
  public long offsetByKey(@Nullable K key) {
    return log.offsetByKey(raw(key));
  }

  /** The last message of each key, or null: see {@link Log#getByKeys}. */
  public List<@Nullable TypedMessage<K, V>> getByKeys(List<@Nullable K> wanted) {
    var rawKeys = new ArrayList<byte @Nullable []>(wanted.size());
    for (K key : wanted) {
      rawKeys.add(raw(key));
    }
    var messages = new ArrayList<@Nullable TypedMessage<K, V>>(wanted.size());
    for (Message message : log.getByKeys(rawKeys)) {
      messages.add(message == null ? null : typed(message));
    }
    return Collections.unmodifiableList(messages);
  }

  // ---- deleting

  /** Deletes messages of one segment: see {@link Log#delete}. */
  public Deleted delete(OffsetSet offsets) {
    return log.delete(offsets);
  }

  /** Deletes messages of all segments: see {@link Log#deleteAll}. */
  public Deleted deleteAll(OffsetSet offsets, DeleteBackoff backoff) {
    return log.deleteAll(offsets, backoff);
  }

  // ---- the log as a whole

  /** How large the log is. */
  public LogStat stat() {
    return log.stat();
  }

  /** Makes a folder a copy of the log: see {@link Log#backup}. */
  public void backup(Path target) {
    log.backup(target);
  }

  /** Releases what was not used for a time: see {@link Log#gc}. */
  public void gc(Duration unusedFor) {
    log.gc(unusedFor);
  }

  /** What opening the log found on disk. */
  public Recovery recovery() {
    return log.recovery();
  }

  /** Looks for messages of another process: see {@link Log#refresh}. */
  public boolean refresh() {
    return log.refresh();
  }

  @Override
  public void close() {
    log.close();
  }

  // ---- objects and bytes

  private byte @Nullable [] raw(@Nullable K key) {
    return write(keys.serializer(), Headers.EMPTY, key);
  }

  private Message raw(TypedMessage<K, V> message) {
    Headers headers = message.headers();
    return new Message(
        message.offset(),
        message.timestampMs(),
        write(keys.serializer(), headers, message.key()),
        write(values.serializer(), headers, message.value()),
        headers);
  }

  private <T> byte @Nullable [] write(
      Serializer<T> serializer, Headers headers, @Nullable T object) {
    return object == null ? null : serializer.serialize(name, headers, object);
  }

  private TypedConsumed<K, V> typed(Consumed consumed) {
    List<Message> raw = consumed.messages();
    var messages = new ArrayList<TypedMessage<K, V>>(raw.size());
    for (Message message : raw) {
      try {
        messages.add(typed(message));
      } catch (SerializationException e) {
        if (messages.isEmpty()) {
          throw e;
        }
        return new TypedConsumed<>(message.offset(), messages);
      }
    }
    return new TypedConsumed<>(consumed.nextOffset(), messages);
  }

  private TypedMessage<K, V> typed(Message message) {
    return new TypedMessage<>(
        message.offset(),
        message.timestampMs(),
        read(keys.deserializer(), message, "key", message.key()),
        read(values.deserializer(), message, "value", message.value()),
        message.headers());
  }

  private <T> @Nullable T read(
      Deserializer<T> deserializer, Message message, String part, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return deserializer.deserialize(name, message.headers(), bytes);
    } catch (SerializationException e) {
      throw new SerializationException(
          "%s: the %s of the message at offset %d cannot be read: %s"
              .formatted(name, part, message.offset(), e.getMessage()),
          e);
    }
  }
}
