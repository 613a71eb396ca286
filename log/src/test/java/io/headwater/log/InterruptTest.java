package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.storage.Storage;
import io.headwater.log.testing.OpenResources;
import io.headwater.log.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thread that uses a log is interrupted all the time, before its calls and in the middle of them.
 * Each call does what it should and keeps the interrupt; another thread, which nobody interrupts,
 * goes on reading the same log.
 */
class InterruptTest {
  /** Deletions stay below the last so many offsets, where the other thread reads. */
  private static final int KEPT = 60;

  /** The work on the key index is done by the threads that make it necessary, too. */
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(100_000).keyIndex(true).executor(Runnable::run).build();

  @TempDir Path temp;
  private final Map<Long, String> expected = new TreeMap<>();
  private final AtomicLong published = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private long interrupts;
  private long calls;

  @Test
  void anInterruptAtAnyMomentHarmsNeitherTheLogNorAnotherThread() throws InterruptedException {
    long seed = Seeds.next();
    OpenResources before = OpenResources.in(temp);
    var done = new AtomicBoolean();
    var user =
        new Thread(
            () -> {
              try {
                use(new Random(seed), Seeds.full() ? 200 : 8);
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              } finally {
                done.set(true);
              }
            });
    user.start();
    var random = new Random(seed + 1);
    while (!done.get()) {
      for (int pause = random.nextInt(2_000); pause > 0; pause--) {
        Thread.onSpinWait();
      }
      user.interrupt();
      interrupts++;
    }
    user.join();
    assertThat(failure.get()).as("seed %d", seed).isNull();
    System.out.printf("%d interrupts of %d calls%n", interrupts, calls);
    assertThat(interrupts).isGreaterThan(500);
    assertThat(OpenResources.in(temp)).isEqualTo(before);
  }

  /** Opens the log, uses it while another thread reads, and closes it, some times. */
  private void use(Random random, int times) {
    for (int i = 0; i < times; i++) {
      Thread.currentThread().interrupt();
      Log log = Log.open(Storage.disk(), temp.resolve("orders-3"), OPTIONS);
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      Thread.currentThread().interrupt();
      Log view = Log.open(Storage.disk(), log.folder(), OPTIONS.toBuilder().readOnly(true).build());
      var closing = new AtomicBoolean();
      var reader = new Thread(() -> read(log, closing));
      reader.start();
      for (int step = 0; step < 150; step++) {
        boolean set = random.nextBoolean();
        if (set) {
          Thread.currentThread().interrupt();
        }
        step(random, log, view);
        // An interrupt is kept; clearing it here lets the next one come in the middle of a call.
        boolean kept = Thread.interrupted();
        assertThat(kept || !set).as("interrupted before and after").isTrue();
      }
      assertThat(all(log)).isEqualTo(expected);
      closing.set(true);
      while (reader.isAlive()) {
        Thread.onSpinWait(); // joining it would be interrupted
      }
      Thread.currentThread().interrupt();
      view.close();
      log.close();
    }
  }

  private void step(Random random, Log log, Log view) {
    long next = log.nextOffset();
    calls++;
    switch (random.nextInt(24)) {
      case 0 -> assertThat(log.sync()).isEqualTo(next);
      case 1 -> assertThat(log.stat().messages()).isEqualTo(expected.size());
      case 2 -> assertThat(all(log)).isEqualTo(expected);
      case 3 -> delete(random, log, next);
      case 4 -> {
        view.refresh();
        // What was deleted just now it may still see.
        assertThat(all(view).entrySet().containsAll(expected.entrySet())).isTrue();
      }
      case 5 -> log.gc(Duration.ZERO);
      case 6 -> log.backup(temp.resolve("copy"));
      case 7 -> waitForMessages(log, next);
      case 8, 9, 10, 11 -> {
        if (!expected.isEmpty()) {
          find(random, log);
        }
      }
      default -> publish(random, log, next);
    }
  }

  private void delete(Random random, Log log, long next) {
    if (next > KEPT) {
      long offset = next - KEPT - random.nextInt((int) Math.min(next - KEPT, 200)) - 1;
      long from = expected.size() > 500 ? 0 : Math.max(0, offset - 3); // so that it stays small
      OffsetSet unwanted = OffsetSet.range(from, offset + 1);
      Deleted deleted =
          random.nextBoolean() ? log.delete(unwanted) : log.deleteAll(unwanted, DeleteBackoff.NONE);
      deleted.offsets().stream().forEach(expected::remove);
    }
  }

  /** Finds one message in every way there is. */
  private void find(Random random, Log log) {
    var offsets = List.copyOf(expected.keySet());
    long offset = offsets.get(random.nextInt(offsets.size()));
    String value = expected.get(offset);
    assertThat(text(log.get(offset))).isEqualTo(value);
    byte[] key = key(offset);
    assertThat(text(log.getByKey(key))).isEqualTo(value);
    assertThat(log.consumeByKey(key, Log.OLDEST, 2).messages()).hasSize(1);
    assertThat(log.getByKeys(List.of(key, key)).get(1)).isEqualTo(log.get(offset));
    assertThat(log.offsetByTime(offset).offset()).isEqualTo(offset);
    LogCursor cursor = log.cursor(offset);
    assertThat(cursor.next() && cursor.offset() == offset).isTrue();
  }

  /** The only calls that an interrupt ends; they say so, and take it. */
  private static void waitForMessages(Log log, long next) {
    try {
      Consumed none = log.consumeBlocking(next, 1, Duration.ofMillis(1));
      assertThat(none).isEqualTo(new Consumed(next, List.of()));
      none = log.consumeByKeyBlocking(key(next), next, 1, Duration.ofMillis(1));
      assertThat(none).isEqualTo(new Consumed(next, List.of()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] key(long offset) {
    return Long.toString(offset).getBytes(StandardCharsets.UTF_8);
  }

  private void publish(Random random, Log log, long next) {
    var messages = new ArrayList<Message>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      // Small ones go through a mapping, large ones do not.
      int repeat = random.nextInt(8) == 0 ? 5_000 : random.nextInt(50);
      String value = Integer.toString(random.nextInt(), 36).repeat(repeat);
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      messages.add(Message.of(key(next + i), bytes).withTimestamp(next + i));
      expected.put(next + i, value);
    }
    assertThat(log.publish(messages)).isEqualTo(next + count);
    published.set(next + count);
  }

  private static Map<Long, String> all(Log log) {
    var found = new TreeMap<Long, String>();
    long from = Log.OLDEST;
    while (true) {
      Consumed consumed = log.consume(from, 100);
      consumed.messages().forEach(message -> found.put(message.offset(), text(message)));
      if (consumed.nextOffset() == log.nextOffset()) {
        return found;
      }
      from = consumed.nextOffset();
    }
  }

  private static String text(Message message) {
    byte[] value = message.value();
    return value == null ? "null" : new String(value, StandardCharsets.UTF_8);
  }

  private void read(Log log, AtomicBoolean closing) {
    try {
      while (!closing.get()) {
        long end = published.get();
        long from = Math.max(0, end - KEPT / 2);
        List<Message> messages = log.consume(from, KEPT).messages();
        for (int i = 0; i < messages.size(); i++) {
          assertThat(messages.get(i).offset()).isEqualTo(from + i);
        }
        assertThat((long) messages.size()).isGreaterThanOrEqualTo(end - from);
        log.consume(Log.OLDEST, 10);
      }
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }
}
