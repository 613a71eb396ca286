package io.headwater.benchmarks.log;

import static java.util.Objects.requireNonNull;

import io.headwater.benchmarks.engine.Folders;
import io.headwater.benchmarks.report.GrowthResult;
import io.headwater.log.Consumed;
import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Measures Headwater's log at one size after the other, in one warm JVM. */
public final class GrowthProbe {
  private static final int MIB = 1 << 20;
  private static final int BATCH = 8;
  private static final int MESSAGE_BYTES = 155; // of a batch of 8, its header included
  private static final int CONSUME_COUNT = 1000;
  private static final long MESSAGES_MEASURED = 1_000_000;
  private static final long GETS_MEASURED = 200_000;
  private static final long QUICKER = 10;

  /** A size: so many bytes of messages, in segments of so many. */
  private record Size(long bytes, int segmentBytes) {
    static List<Size> all() {
      return List.of(
          new Size(MIB, MIB),
          new Size(10L * MIB, MIB),
          new Size(100L * MIB, MIB),
          new Size(1000L * MIB, MIB),
          new Size(10_000L * MIB, MIB),
          new Size(100L * MIB, MIB / 100),
          new Size(1000L * MIB, 1000 * MIB));
    }

    static List<Size> quick() {
      return List.of(
          new Size(MIB, MIB),
          new Size(10L * MIB, MIB),
          new Size(100L * MIB, MIB),
          new Size(10L * MIB, MIB / 100));
    }

    long messages() {
      return bytes / MESSAGE_BYTES;
    }
  }

  private final Path folder;
  private final long messagesMeasured;
  private final long getsMeasured;
  private final Messages messages = new Messages();

  GrowthProbe(Path folder, long messagesMeasured, long getsMeasured) {
    this.folder = folder;
    this.messagesMeasured = messagesMeasured;
    this.getsMeasured = getsMeasured;
  }

  /**
   * Prints a {@link GrowthResult} a line.
   *
   * @param args a folder to use, and whether to be quick: smaller logs, fewer messages
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    boolean quick = Boolean.parseBoolean(args[1]);
    PrintStream answers = System.out;
    System.setOut(System.err);
    long fraction = quick ? QUICKER : 1;
    GrowthProbe probe =
        new GrowthProbe(folder, MESSAGES_MEASURED / fraction, GETS_MEASURED / fraction);
    List<Size> sizes = quick ? Size.quick() : Size.all();
    probe.measure(10L * MIB, MIB); // until it is compiled
    for (Size size : sizes) {
      answers.println(probe.measure(size.bytes(), size.segmentBytes()).toLine());
      answers.flush();
    }
  }

  GrowthResult measure(long bytes, int segmentBytes) throws IOException {
    Size size = new Size(bytes, segmentBytes);
    double publishNanos = publish(size);
    try (Log log = open(size)) {
      readOnce(log); // what comes first checks each batch's checksum, which is not what grows
      return new GrowthResult(bytes, segments(), publishNanos, read(log), get(log), getByTime(log));
    } finally {
      Folders.delete(folder);
    }
  }

  private Log open(Size size) {
    return Log.open(folder, LogOptions.builder().segmentBytes(size.segmentBytes()).build());
  }

  /** Makes logs of the size until enough was measured, which is the last of each; one is left. */
  private double publish(Size size) throws IOException {
    long measured = 0;
    long elapsed = 0;
    while (measured < messagesMeasured) {
      Folders.empty(folder);
      long clocked = Math.min(size.messages(), messagesMeasured - measured);
      try (Log log = open(size)) {
        publish(log, 0, size.messages() - clocked);
        long start = System.nanoTime();
        publish(log, size.messages() - clocked, size.messages());
        elapsed += System.nanoTime() - start;
      }
      measured += clocked;
    }
    return (double) elapsed / measured;
  }

  /** The nth message's time is n. */
  private void publish(Log log, long from, long to) {
    List<Message> batch = new ArrayList<>(BATCH);
    for (long n = from; n < to; n++) {
      batch.add(Message.of(messages.key(n), messages.value(n)).withTimestamp(n));
      if (batch.size() == BATCH || n == to - 1) {
        log.publish(batch);
        batch.clear();
      }
    }
  }

  private double read(Log log) {
    long read = 0;
    long start = System.nanoTime();
    while (read < messagesMeasured) {
      read += readOnce(log, messagesMeasured - read);
    }
    return (double) (System.nanoTime() - start) / read;
  }

  private static void readOnce(Log log) {
    long read = readOnce(log, Long.MAX_VALUE);
    if (read != log.nextOffset()) {
      throw new IllegalStateException("read %d of %d".formatted(read, log.nextOffset()));
    }
  }

  /** Reads from the beginning until the end, or until so many were read; returns how many. */
  private static long readOnce(Log log, long count) {
    ReadFold fold = new ReadFold();
    ReadFold expected = new ReadFold();
    Consumed consumed = log.consume(Log.OLDEST, CONSUME_COUNT);
    long read = 0;
    while (!consumed.messages().isEmpty() && read < count) {
      for (Message message : consumed.messages()) {
        accept(message, fold);
        expected.expect(read++);
      }
      consumed = log.consume(consumed.nextOffset(), CONSUME_COUNT);
    }
    if (!fold.outcome().equals(expected.outcome())) {
      throw new IllegalStateException("what was read in order is not what was published");
    }
    return read;
  }

  private double get(Log log) {
    long end = log.nextOffset();
    ReadFold fold = new ReadFold();
    ReadFold expected = new ReadFold();
    long start = System.nanoTime();
    for (long n = 0; n < getsMeasured; n++) {
      long offset = Messages.random(n, end);
      accept(log.get(offset), fold);
      expected.expect(offset);
    }
    return nanosEach(start, fold, expected);
  }

  private double getByTime(Log log) {
    long end = log.nextOffset();
    ReadFold fold = new ReadFold();
    ReadFold expected = new ReadFold();
    long start = System.nanoTime();
    for (long n = 0; n < getsMeasured; n++) {
      long time = Messages.random(n, end);
      accept(log.getByTime(time), fold);
      expected.expect(time);
    }
    return nanosEach(start, fold, expected);
  }

  private double nanosEach(long start, ReadFold fold, ReadFold expected) {
    double nanos = (double) (System.nanoTime() - start) / getsMeasured;
    if (!fold.outcome().equals(expected.outcome())) {
      throw new IllegalStateException("what was found is not what was published");
    }
    return nanos;
  }

  private static void accept(Message message, ReadFold fold) {
    byte[] key = requireNonNull(message.key());
    byte[] value = requireNonNull(message.value());
    fold.accept(key, 0, key.length, value, 0, value.length);
  }

  private long segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".log")).count();
    }
  }
}
