package io.headwater.state;

import io.headwater.log.storage.Storage;
import io.headwater.state.bytes.Changelog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a task gives a store to live in.
 *
 * <p>The changelog is a partition of a topic, or, for a store whose logging is off, one of a
 * private log that nothing else reads; without any, a store lives on the heap and is empty after a
 * restart. The folder belongs to the store alone: what it keeps there can be derived from the
 * changelog.
 */
public final class StoreContext {
  private final String topic;
  private final Optional<Changelog> changelog;
  private final Storage storage;
  private final @Nullable Path folder;
  private final MemoryBudget memory;
  private final LongSupplier recordTimestampMs;

  private StoreContext(Builder builder) {
    topic = builder.topic;
    changelog = Optional.ofNullable(builder.changelog);
    storage = builder.storage;
    folder = builder.folder;
    memory = builder.memory;
    recordTimestampMs = builder.recordTimestampMs;
  }

  /**
   * A context for a store whose serdes see that topic, usually {@code APPLICATION-STORE-changelog}.
   * Unless told otherwise: no changelog, no folder, memory storage, a budget of its own of 64 MiB,
   * and values without timestamps of their own are from time 0.
   */
  public static Builder builder(String topic) {
    return new Builder(topic);
  }

  /** The topic that the serdes see. */
  public String topic() {
    return topic;
  }

  /** Where the store's changes go. */
  public Optional<Changelog> changelog() {
    return changelog;
  }

  /** The files of {@link #folder}. */
  public Storage storage() {
    return storage;
  }

  /** The store's own folder. */
  public Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }

  /** The budget for what the store holds in memory. */
  public MemoryBudget memory() {
    return memory;
  }

  /** The time of the record that the task is processing, in milliseconds since 1970 (UTC). */
  public long recordTimestampMs() {
    return recordTimestampMs.getAsLong();
  }

  /** Makes a context. */
  public static final class Builder {
    private final String topic;
    private @Nullable Changelog changelog;
    private Storage storage = Storage.memory();
    private @Nullable Path folder;
    private MemoryBudget memory = new MemoryBudget(64L << 20);
    private LongSupplier recordTimestampMs = () -> 0;

    private Builder(String topic) {
      this.topic = topic;
    }

    /** Where the store's changes go. */
    public Builder changelog(Changelog changelog) {
      this.changelog = changelog;
      return this;
    }

    /** Where the store may keep files of its own. */
    public Builder folder(Storage storage, Path folder) {
      this.storage = storage;
      this.folder = folder;
      return this;
    }

    /** The budget that the store shares with others. */
    public Builder memory(MemoryBudget memory) {
      this.memory = memory;
      return this;
    }

    /** The time given to values that have none of their own: that of the record being processed. */
    public Builder recordTimestampMs(LongSupplier recordTimestampMs) {
      this.recordTimestampMs = recordTimestampMs;
      return this;
    }

    /** The context. */
    public StoreContext build() {
      return new StoreContext(this);
    }
  }
}
