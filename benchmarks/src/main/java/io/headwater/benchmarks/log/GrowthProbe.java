package io.headwater.benchmarks.log;

import io.headwater.benchmarks.engine.Folders;
import io.headwater.benchmarks.report.GrowthResult;
import io.headwater.log.Log;
import io.headwater.log.LogCursor;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Measures Headwater's log at one size after the other, in one warm JVM. */
public final class GrowthProbe {
  private static final int MIB = 1 << 20;
  private static final int BATCH = 8;
  private static final int MESSAGE_BYTES = 155; // of a batch of 8, its header included
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
    try {
      double publishNanos = publish(size);
      long segments;
      double readNanos;
      double getNanos;
      double getByTimeNanos;
      try (Log log = open(size, false)) {
        readOnce(log); // what comes first checks each batch's checksum, which is not what grows
        segments = segments();
        readNanos = read(log);
        getNanos = get(log);
        getByTimeNanos = getByTime(log);
      }
      publishWithKeys(size);
      try (Log log = open(size, true)) {
        readOnce(log);
        return new GrowthResult(
            bytes,
            segments,
            publishNanos,
            readNanos,
            getNanos,
            getByTimeNanos,
            getByKey(log),
            getAbsentKey(log));
      }
    } finally {
      Folders.delete(folder);
    }
  }

  private Log open(Size size, boolean keyIndex) {
    return Log.open(
        folder, LogOptions.builder().segmentBytes(size.segmentBytes()).keyIndex(keyIndex).build());
  }

  private void publishWithKeys(Size size) throws IOException {
    Folders.empty(folder);
    try (Log log = open(size, true)) {
      publish(log, 0, size.messages());
    }
  }

  /** Makes logs of the size until enough was measured, which is the last of each; one is left. */
  private double publish(Size size) throws IOException {
    long measured = 0;
    long elapsed = 0;
    while (measured < messagesMeasured) {
      Folders.empty(folder);
      long clocked = Math.min(size.messages(), messagesMeasured - measured);
      try (Log log = open(size, false)) {
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
    LogCursor cursor = log.cursor(Log.OLDEST);
    long read = 0;
    while (read < count && cursor.next()) {
      HeadwaterLog.accept(cursor, fold);
      expected.expect(read++);
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
      HeadwaterLog.accept(log.get(offset), fold);
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
      HeadwaterLog.accept(log.getByTime(time), fold);
      expected.expect(time);
    }
    return nanosEach(start, fold, expected);
  }

  private double getByKey(Log log) {
    long end = log.nextOffset();
    ReadFold fold = new ReadFold();
    ReadFold expected = new ReadFold();
    long start = System.nanoTime();
    for (long n = 0; n < getsMeasured; n++) {
      long asked = Messages.random(n, end);
      HeadwaterLog.accept(log.getByKey(messages.key(asked)), fold);
      expected.expect(asked);
    }
    return nanosEach(start, fold, expected);
  }

  /** By the call that tells of absence without an exception. */
  private double getAbsentKey(Log log) {
    long end = log.nextOffset();
    ReadFold fold = new ReadFold();
    ReadFold expected = new ReadFold();
    long start = System.nanoTime();
    for (long n = 0; n < getsMeasured; n++) {
      if (log.getByKeys(Collections.singletonList(messages.key(end + n))).get(0) == null) {
        fold.absent();
      }
      expected.absent();
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

  private long segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".log")).count();
    }
  }
}
