package io.headwater.streams;

import io.headwater.serde.Serde;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an application runs. Immutable; {@link #defaults()} suits most. */
public final class AppConfig {
  private static final long MEMORY_BUDGET_BYTES_MIN = 1 << 20;

  private final int threads;
  private final Duration commitInterval;
  private final long memoryBudgetBytes;
  private final AutoOffsetReset offsetReset;
  private final @Nullable Serde<?> defaultKeySerde;
  private final @Nullable Serde<?> defaultValueSerde;
  private final ErrorPolicy deserializationErrors;
  private final ErrorPolicy processingErrors;

  private AppConfig(Builder builder) {
    threads = builder.threads;
    commitInterval = builder.commitInterval;
    memoryBudgetBytes = builder.memoryBudgetBytes;
    offsetReset = builder.offsetReset;
    defaultKeySerde = builder.defaultKeySerde;
    defaultValueSerde = builder.defaultValueSerde;
    deserializationErrors = builder.deserializationErrors;
    processingErrors = builder.processingErrors;
  }

  /** Every setting at its default. */
  public static AppConfig defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** How many threads process records; never more are started than there are tasks. */
  public int threads() {
    return threads;
  }

  /** The longest time that a processed record waits for its commit. */
  public Duration commitInterval() {
    return commitInterval;
  }

  /** What the caches and uncommitted writes of the application may hold, in bytes. */
  public long memoryBudgetBytes() {
    return memoryBudgetBytes;
  }

  /** Where to start in a partition without a committed position, where a source does not say. */
  public AutoOffsetReset offsetReset() {
    return offsetReset;
  }

  /** The serde of keys where the topology names none; if empty, such keys are {@code byte[]}. */
  public Optional<Serde<?>> defaultKeySerde() {
    return Optional.ofNullable(defaultKeySerde);
  }

  /**
   * The serde of values where the topology names none; if empty, such values are {@code byte[]}.
   */
  public Optional<Serde<?>> defaultValueSerde() {
    return Optional.ofNullable(defaultValueSerde);
  }

  /** What happens to a record whose key or value cannot be read. */
  public ErrorPolicy deserializationErrors() {
    return deserializationErrors;
  }

  /** What happens when anything else fails while records are processed, punctuated or committed. */
  public ErrorPolicy processingErrors() {
    return processingErrors;
  }

  /** Collects the settings of an {@link AppConfig}. */
  public static final class Builder {
    private int threads = Runtime.getRuntime().availableProcessors();
    private Duration commitInterval = Duration.ofMillis(100);
    private long memoryBudgetBytes = defaultMemoryBudgetBytes();
    private AutoOffsetReset offsetReset = AutoOffsetReset.earliest();
    private @Nullable Serde<?> defaultKeySerde;
    private @Nullable Serde<?> defaultValueSerde;
    private ErrorPolicy deserializationErrors = ErrorPolicy.stop();
    private ErrorPolicy processingErrors = ErrorPolicy.stop();

    private Builder() {}

    private static long defaultMemoryBudgetBytes() {
      return Math.max(MEMORY_BUDGET_BYTES_MIN, Runtime.getRuntime().maxMemory() / 4);
    }

    /** How many threads process records. Default: one for each processor of the machine. */
    public Builder threads(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException("threads must be at least 1, was " + threads);
      }
      this.threads = threads;
      return this;
    }

    /**
     * The longest time that a processed record waits for its commit. Default 100 ms; zero commits
     * after every step, as tests want.
     */
    public Builder commitInterval(Duration interval) {
      if (interval.isNegative()) {
        throw new IllegalArgumentException("commitInterval cannot be negative, was " + interval);
      }
      if (interval.compareTo(COMMIT_INTERVAL_MAX) > 0) {
        throw new IllegalArgumentException(
            "commitInterval must be at most %s, so that no transaction times out; was %s"
                .formatted(COMMIT_INTERVAL_MAX, interval));
      }
      commitInterval = interval;
      return this;
    }

    /**
     * What the caches and uncommitted writes of the application may hold, in bytes; past it a
     * worker commits early. A key that stays in memory takes some 250 to 300 bytes; one that does
     * not is read from the log again. Default: a quarter of the largest heap that the JVM may have,
     * to be divided by hand where several applications share it.
     */
    public Builder memoryBudgetBytes(long bytes) {
      if (bytes < MEMORY_BUDGET_BYTES_MIN) {
        throw new IllegalArgumentException(
            "memoryBudgetBytes must be at least 1 MiB, was " + bytes);
      }
      memoryBudgetBytes = bytes;
      return this;
    }

    /**
     * Where to start in a partition without a committed position, where a source does not say.
     * Default: at the oldest record.
     */
    public Builder offsetReset(AutoOffsetReset reset) {
      offsetReset = Objects.requireNonNull(reset, "reset");
      return this;
    }

    /** The serde of keys where the topology names none. Default: keys are {@code byte[]}. */
    public Builder defaultKeySerde(Serde<?> serde) {
      defaultKeySerde = Objects.requireNonNull(serde, "serde");
      return this;
    }

    /** The serde of values where the topology names none. Default: values are {@code byte[]}. */
    public Builder defaultValueSerde(Serde<?> serde) {
      defaultValueSerde = Objects.requireNonNull(serde, "serde");
      return this;
    }

    /**
     * What happens to a record whose key or value cannot be read, or whose timestamp cannot be
     * told. Default {@link ErrorPolicy#stop()}.
     */
    public Builder deserializationErrors(ErrorPolicy policy) {
      deserializationErrors = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * What happens when anything else fails. An error that does not belong to one record (a
     * punctuation's, a commit's) cannot be skipped or dead-lettered: after its retries the
     * application stops. Default {@link ErrorPolicy#stop()}.
     */
    public Builder processingErrors(ErrorPolicy policy) {
      processingErrors = Objects.requireNonNull(policy, "policy");
      return this;
    }

    public AppConfig build() {
      return new AppConfig(this);
    }
  }

  private static final Duration COMMIT_INTERVAL_MAX = Duration.ofSeconds(30);
}
