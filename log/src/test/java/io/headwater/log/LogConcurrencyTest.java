package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.policy.Compact;
import io.headwater.log.policy.Policy;
import io.headwater.log.testing.Seeds;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads on one log. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogConcurrencyTest extends LogContract {
  private static final int WRITERS = 3;
  private final int perWriter = Seeds.full() ? 20_000 : 2_000;
  private final int total = WRITERS * perWriter;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CompletionService<Object> done = new ExecutorCompletionService<>(threads);
  private int started;

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Override
  LogOptions.Builder options() {
    LogOptions.Builder options = LogOptions.builder().clock(clock).keyIndex(true);
    return place.tiny() ? options.segmentBytes(2_000).indexIntervalBytes(300) : options;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // they are taken when done
  private void start(Callable<?> work) {
    started++;
    done.submit(work::call);
  }

  /** Waits until all is done, or the first has failed. */
  private void finish() throws InterruptedException, ExecutionException {
    for (int i = 0; i < started; i++) {
      done.take().get();
    }
  }

  /** Whose message it is, and the how-manieth of that writer; the value is as long as that says. */
  private static byte[] value(int writer, int number) {
    byte[] value = new byte[8 + number % 50];
    Arrays.fill(value, (byte) number);
    ByteBuffer.wrap(value).putInt(writer).putInt(number);
    return value;
  }

  private static byte[] key(int writer) {
    return bytes("writer" + writer);
  }

  private void startWriters(Log log) {
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      start(
          () -> {
            var random = new Random(writer);
            for (int number = 0; number < perWriter; ) {
              var batch = new ArrayList<Message>();
              for (int count = 1 + random.nextInt(4); count > 0 && number < perWriter; count--) {
                batch.add(Message.of(key(writer), value(writer, number++)));
              }
              log.publish(batch);
            }
            return null;
          });
    }
  }

  /** A reader checks that messages are whole, and that each writer's come in order. */
  private static final class Checked {
    private final int[] numbers = new int[WRITERS];
    private long offset = -1;
    private int count;

    Checked() {
      Arrays.fill(numbers, -1);
    }

    void add(Message message, boolean gaps) {
      byte[] bytes = message.value();
      assertThat(bytes).isNotNull();
      ByteBuffer value = ByteBuffer.wrap(bytes);
      int writer = value.getInt();
      int number = value.getInt();
      assertThat(bytes).isEqualTo(value(writer, number));
      if (gaps) {
        assertThat(number).isGreaterThan(numbers[writer]);
        assertThat(message.offset()).isGreaterThan(offset);
      } else {
        assertThat(number).isEqualTo(numbers[writer] + 1);
        assertThat(message.offset()).isEqualTo(offset + 1);
      }
      numbers[writer] = number;
      offset = message.offset();
      count++;
    }
  }

  /** Reads what there is at the call, while more is published. */
  private static void readAll(Log log) {
    var seen = new Checked();
    long end = log.nextOffset();
    long next = Log.OLDEST;
    do {
      Consumed consumed = consume(log, next);
      consumed.messages().forEach(message -> seen.add(message, true));
      next = consumed.nextOffset();
    } while (next < end);
  }

  /** Goes on from the first message where all up to it were deleted since. */
  private static Consumed consume(Log log, long offset) {
    try {
      return log.consume(offset, 100);
    } catch (OffsetOutOfRangeException e) {
      assertThat(offset).isLessThan(e.range().from());
      return new Consumed(e.range().from(), List.of());
    }
  }

  @Test
  @DisplayName("KL-154, KL-155: who waits at the end sees every message once, in order")
  void everyMessageOnceAndInOrder() throws Exception {
    try (Log log = open()) {
      var readers = new ArrayList<Checked>();
      for (int i = 0; i < 3; i++) {
        int maxCount = 1 + i * 20;
        var seen = new Checked();
        readers.add(seen);
        start(
            () -> {
              for (long next = 0; next < total; ) {
                Consumed consumed = log.consumeBlocking(next, maxCount, DAY);
                consumed.messages().forEach(message -> seen.add(message, false));
                next = consumed.nextOffset();
              }
              return seen;
            });
      }
      startWriters(log);
      finish();
      assertThat(readers).extracting(reader -> reader.count).containsOnly(total);
    }
  }

  @Test
  @DisplayName(
      "KL-154, KL-156: what is not deleted stays, however the deleting and the rolling meet")
  void whatIsNotDeletedStays() throws Exception {
    try (Log log = open()) {
      startWriters(log);
      for (int part = 0; part < 2; part++) {
        int odd = part;
        start(
            () -> {
              for (long next = 0; next < total; ) {
                long end = log.nextOffset();
                OffsetSet.Builder offsets = OffsetSet.builder();
                for (long offset = next; offset < end; offset++) {
                  if (offset % 4 == 1 + odd) {
                    offsets.add(offset);
                  }
                }
                log.deleteAll(offsets.build(), DeleteBackoff.NONE);
                next = end;
              }
              return null;
            });
      }
      for (int i = 0; i < 2; i++) {
        start(
            () -> {
              while (log.nextOffset() < total) {
                readAll(log);
              }
              return null;
            });
      }
      start(
          () -> {
            var random = new Random(7);
            while (log.nextOffset() < total) {
              long offset = random.nextLong(Math.max(1, log.nextOffset())) / 4 * 4;
              if (offset < log.nextOffset()) {
                assertThat(log.get(offset).offset()).isEqualTo(offset);
              }
            }
            return null;
          });
      start(
          () -> {
            var random = new Random(8);
            while (log.nextOffset() < total) {
              byte[] key = key(random.nextInt(WRITERS));
              var seen = new Checked();
              for (Message message : log.consumeByKey(key, Log.OLDEST, 300).messages()) {
                assertThat(message.key()).isEqualTo(key);
                seen.add(message, true);
              }
              for (Message message : log.getByKeys(List.of(key, bytes("none")))) {
                assertThat(message == null ? key : message.key()).isEqualTo(key);
              }
            }
            return null;
          });
      finish();
      assertThat(offsets(all(log, 1_000)))
          .hasSize(total / 2)
          .allMatch(offset -> offset % 4 == 0 || offset % 4 == 3);
    }
    try (Log again = open()) {
      assertThat(all(again, 1_000)).hasSize(total / 2);
    }
  }

  @Test
  @DisplayName(
      "KL-154, KL-157: writers, readers, a deleter, a compactor, backups and gc at once: each key's"
          + " last message stays")
  void allAtOnce() throws Exception {
    Policy updates = Compact.updates(Instant.ofEpochMilli(Long.MAX_VALUE));
    try (Log log = open()) {
      startWriters(log);
      start(
          () -> { // of the messages with even numbers; each last one has an odd number
            for (long next = Log.OLDEST; next < total; ) {
              Consumed consumed = consume(log, next);
              OffsetSet.Builder offsets = OffsetSet.builder();
              for (Message message : consumed.messages()) {
                if (ByteBuffer.wrap(Objects.requireNonNull(message.value())).getInt(4) % 2 == 0) {
                  offsets.add(message.offset());
                }
              }
              log.deleteAll(offsets.build(), DeleteBackoff.NONE);
              next = consumed.nextOffset();
            }
            return null;
          });
      startUntilAllIsWritten(log, () -> updates.apply(log, DeleteBackoff.NONE));
      startUntilAllIsWritten(log, () -> log.gc(Duration.ZERO));
      startUntilAllIsWritten(log, () -> readAll(log));
      startUntilAllIsWritten(log, () -> readAll(log));
      Path copy = temp.resolve("backup").resolve("orders-0");
      startUntilAllIsWritten(
          log,
          () -> {
            log.backup(copy);
            try (Log opened = Log.open(storage, copy, options().readOnly(true).build())) {
              readAll(opened);
              assertThat(opened.recovery()).isEqualTo(new Recovery.Clean());
            }
          });
      finish();
      updates.apply(log, DeleteBackoff.NONE);
      var left = new HashMap<ByteBuffer, byte[]>();
      for (Message message : all(log, 1_000)) {
        byte[] key = Objects.requireNonNull(message.key());
        assertThat(left.put(ByteBuffer.wrap(key), message.value())).isNull();
      }
      assertThat(left).hasSize(WRITERS);
      for (int writer = 0; writer < WRITERS; writer++) {
        assertThat(left.get(ByteBuffer.wrap(key(writer)))).isEqualTo(value(writer, perWriter - 1));
        assertThat(log.getByKey(key(writer)).value()).isEqualTo(value(writer, perWriter - 1));
      }
    }
  }

  /** Something that is done again and again, and once more when all is written. */
  private void startUntilAllIsWritten(Log log, Runnable step) {
    start(
        () -> {
          boolean last;
          do {
            last = log.nextOffset() == total;
            step.run();
          } while (!last);
          return null;
        });
  }

  @Test
  @DisplayName("interrupting threads harms neither the log nor what others do with it")
  void interrupts() throws Exception {
    try (Log log = open()) {
      startWriters(log);
      var interrupted = new ArrayList<Thread>();
      for (int i = 0; i < 3; i++) {
        int kind = i;
        var thread =
            new Thread(
                () -> {
                  var random = new Random(kind);
                  while (log.nextOffset() < total) {
                    Thread.currentThread().interrupt();
                    switch (kind) {
                      case 0 -> log.sync();
                      case 1 -> readAll(log);
                      default -> {
                        if (log.nextOffset() > 0) {
                          log.get(random.nextLong(log.nextOffset()));
                        }
                      }
                    }
                  }
                });
        interrupted.add(thread);
        thread.start();
      }
      finish();
      for (Thread thread : interrupted) {
        thread.join(Duration.ofMinutes(1).toMillis());
        assertThat(thread.isAlive()).isFalse();
      }
      assertThat(all(log, 1_000)).hasSize(total);
    }
  }

  @Test
  @DisplayName("who waits at NEWEST gets a message, whenever it is published")
  void waitingAtNewest() throws Exception {
    var waited = new AtomicBoolean();
    try (Log log = open()) {
      start(
          () -> {
            while (!waited.get()) {
              log.publish(key(0), value(0, 0));
            }
            return null;
          });
      start(
          () -> {
            try {
              for (int i = 0; i < perWriter; i++) {
                assertThat(log.consumeBlocking(Log.NEWEST, 1, DAY).messages()).hasSize(1);
              }
            } finally {
              waited.set(true);
            }
            return null;
          });
      finish();
    }
  }

  @Test
  @DisplayName("many threads close a log at once, and all return when it is closed")
  void closingAtOnce() throws Exception {
    for (int round = 0; round < 50; round++) {
      Log log = open();
      for (int i = 0; i < 20; i++) {
        log.publish(key(round), value(0, i));
      }
      var together = new CyclicBarrier(3);
      for (int i = 0; i < 3; i++) {
        start(
            () -> {
              together.await();
              log.close();
              assertThatThrownBy(log::nextOffset).isInstanceOf(IllegalStateException.class);
              return null;
            });
      }
      finish();
      started = 0;
      try (Log again = open()) {
        assertThat(again.recovery()).isEqualTo(new Recovery.Clean());
        assertThat(again.offsetByKey(key(round))).isEqualTo(20 * round + 19);
      }
    }
  }
}
