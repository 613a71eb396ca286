package io.headwater.state;

import io.headwater.state.bytes.Changelog;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a task gives a store to live in.
 *
 * <p>The changelog is a partition of a topic, or, for a store whose logging is off, one of a
 * private log that nothing else reads; without any, a store lives on the heap and is empty after a
 * restart.
 */
public final class StoreContext {
  private final String topic;
  private final Optional<Changelog> changelog;
  private final MemoryBudget memory;
  private final LongSupplier recordTimestampMs;

  private StoreContext(Builder builder) {
    topic = builder.topic;
    changelog = Optional.ofNullable(builder.changelog);
    memory = builder.memory;
    recordTimestampMs = builder.recordTimestampMs;
  }

  /**
   * A context for a store whose serdes see that topic, usually {@code APPLICATION-STORE-changelog}.
   * Unless told otherwise: no changelog, a budget of its own of 64 MiB, and values without
   * timestamps of their own are from time 0.
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
