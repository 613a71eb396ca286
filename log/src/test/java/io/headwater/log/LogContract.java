package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.storage.Storage;
import io.headwater.log.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the tests of a log's contract share. Each runs in memory and on disk, with segments of the
 * default size and with some of one or two messages. What only reads is asked of the writing log
 * and of a view beside it.
 *
 * <p>The names of the tests begin with the rows of the feature list that they hold.
 */
@ParameterizedClass
@EnumSource
abstract class LogContract {
  /** Where the log is, and in how many pieces. */
  enum Place {
    MEMORY,
    MEMORY_IN_TINY_SEGMENTS,
    DISK,
    DISK_IN_TINY_SEGMENTS;

    boolean onDisk() {
      return this == DISK || this == DISK_IN_TINY_SEGMENTS;
    }

    boolean tiny() {
      return this == MEMORY_IN_TINY_SEGMENTS || this == DISK_IN_TINY_SEGMENTS;
    }
  }

  static final Duration DAY = Duration.ofDays(1);

  @Parameter
  @SuppressWarnings("NullAway.Init")
  Place place;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path temp;

  final ManualClock clock = new ManualClock(1_000_000);

  @SuppressWarnings("NullAway.Init")
  Storage storage;

  @SuppressWarnings("NullAway.Init")
  Path folder;

  @BeforeEach
  void chooseAPlace() {
    storage = place.onDisk() ? Storage.disk() : Storage.memory();
    folder = temp.resolve("data").resolve("orders-0");
  }

  LogOptions.Builder options() {
    LogOptions.Builder options = LogOptions.builder().clock(clock);
    return place.tiny() ? options.segmentBytes(150).indexIntervalBytes(50) : options;
  }

  Log open() {
    return Log.open(storage, folder, options().build());
  }

  Log view() {
    return Log.open(storage, folder, options().readOnly(true).build());
  }

  /** Asks the same of the log and of a read-only view beside it. */
  void reading(Log log, Consumer<Log> questions) {
    questions.accept(log);
    try (Log view = view()) {
      questions.accept(view);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Message message(@Nullable String key, @Nullable String value) {
    return Message.of(key == null ? null : bytes(key), value == null ? null : bytes(value));
  }

  /** Messages v0, v1, … with keys k0, k1, k2, k0, …, one a call, a second apart. */
  void publish(Log log, int count) {
    for (int i = 0; i < count; i++) {
      long offset = log.nextOffset();
      log.publish(bytes("k" + offset % 3), bytes("v" + offset));
      clock.advance(Duration.ofSeconds(1));
    }
  }

  static String value(Message message) {
    byte[] value = message.value();
    return value == null ? "null" : new String(value, StandardCharsets.UTF_8);
  }

  static List<String> values(Consumed consumed) {
    return consumed.messages().stream().map(LogContract::value).toList();
  }

  static List<Long> offsets(List<Message> messages) {
    return messages.stream().map(Message::offset).toList();
  }

  /** All messages, read some at a time; checks the rules of the next offset on the way. */
  static List<Message> all(Log log, int maxCount) {
    var all = new ArrayList<Message>();
    long end = log.nextOffset();
    long offset = Log.OLDEST;
    while (true) {
      Consumed consumed = log.consume(offset, maxCount);
      all.addAll(consumed.messages());
      assertThat(consumed.messages()).hasSizeLessThanOrEqualTo(maxCount);
      if (consumed.nextOffset() == offset || (offset < 0 && consumed.nextOffset() == end)) {
        assertThat(consumed.nextOffset()).isEqualTo(end);
        return all;
      }
      assertThat(consumed.nextOffset()).isGreaterThan(offset);
      offset = consumed.nextOffset();
    }
  }

  static long sizeOnDisk(Storage storage, Path folder) {
    return storage.list(folder).stream()
        .filter(file -> file.toString().endsWith(".log") || file.toString().endsWith("index"))
        .mapToLong(
            file -> {
              try (var opened = storage.openReadOnly(file)) {
                return opened.size();
              }
            })
        .sum();
  }

  static List<Message> listOf(Message... messages) {
    return Arrays.asList(messages);
  }

  /** Something that another thread does. */
  static final class Elsewhere<T> {
    private final FutureTask<T> task;
    private final Thread thread;

    private Elsewhere(Callable<T> call) {
      task = new FutureTask<>(call);
      thread = new Thread(task, "elsewhere");
      thread.setDaemon(true);
      thread.start();
    }

    /** Starts it and returns once it waits for something. */
    static <T> Elsewhere<T> waiting(Callable<T> call) {
      var elsewhere = new Elsewhere<>(call);
      while (elsewhere.thread.getState() != Thread.State.TIMED_WAITING
          && elsewhere.thread.getState() != Thread.State.WAITING) {
        assertThat(elsewhere.task.isDone()).as("returned without waiting").isFalse();
        Thread.onSpinWait();
      }
      return elsewhere;
    }

    void interrupt() {
      thread.interrupt();
    }

    T result() throws Exception {
      return task.get();
    }
  }
}
