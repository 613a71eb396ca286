package io.headwater.benchmarks.log;

import com.sun.management.OperatingSystemMXBean;
import io.headwater.benchmarks.engine.Disk;
import io.headwater.benchmarks.engine.Engine;
import io.headwater.benchmarks.engine.Folders;
import io.headwater.benchmarks.engine.Round;
import io.headwater.benchmarks.workload.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does a log's case with one kind of log and holds the clock. */
public final class LogEngine implements Engine {
  private final LogTask task;
  private final Path folder;
  private final TestedLog.Opener opener;
  private final Messages messages = new Messages();
  private @Nullable TestedLog loaded;

  /**
   * @param folder for the logs; its files are empty when the engine is closed
   */
  public LogEngine(LogTask task, Path folder, TestedLog.Opener opener) {
    this.task = task;
    this.folder = folder;
    this.opener = opener;
  }

  /** Publishes and reads once what the rounds will read. */
  @Override
  public void load() throws IOException {
    if (!task.of().reads()) {
      return;
    }
    TestedLog log = opener.open(Folders.empty(folder.resolve("loaded")), task.of());
    loaded = log;
    publish(log);
    if (!task.of().keyed()) {
      readWhole(log);
    }
  }

  @Override
  public Round run(int number) throws IOException, InterruptedException {
    if (loaded != null) {
      ReadFold fold = new ReadFold();
      long start = System.nanoTime();
      read(loaded, fold);
      return new Round(System.nanoTime() - start, fold.outcome());
    }
    Path own = Folders.empty(folder.resolve("round-" + number));
    Round round = task.of().keyed() ? publishAndClose(own) : publishAndRead(own);
    Folders.emptyFiles(own);
    return round;
  }

  private Round publishAndRead(Path own) throws IOException {
    try (TestedLog log = opener.open(own, task.of())) {
      long start = System.nanoTime();
      publish(log);
      long elapsed = System.nanoTime() - start;
      return new Round(elapsed, readWhole(log));
    }
  }

  /**
   * An index may be made behind the publisher's back, so the clock runs until the log is closed.
   * But closing forces the log to the disk, which would hide the index's share: so the disk is
   * settled before, and of that time only what this process computes meanwhile is counted.
   */
  private Round publishAndClose(Path own) throws IOException, InterruptedException {
    long elapsed;
    try (TestedLog log = opener.open(own, task.of())) {
      long start = System.nanoTime();
      publish(log);
      elapsed = System.nanoTime() - start;
      long computed = computedNanos();
      Disk.settle();
      elapsed += computedNanos() - computed;
      elapsed -= System.nanoTime();
    }
    elapsed += System.nanoTime();
    try (TestedLog log = opener.open(own, task.of())) {
      return new Round(elapsed, readWhole(log));
    }
  }

  private static long computedNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private void publish(TestedLog log) throws IOException {
    int batch = task.of().publishBatch();
    long end = task.stored();
    for (long from = 0; from < end; from += batch) {
      log.publish(messages, from, (int) Math.min(batch, end - from));
    }
  }

  private void read(TestedLog log, ReadFold fold) throws IOException {
    switch (task.of().kind()) {
      case READ -> log.readAll(fold);
      case GET -> {
        for (long n = 0; n < task.records(); n++) {
          log.get(task.asked(n), fold);
        }
      }
      case GET_KEY, GET_KEY_ABSENT -> {
        if (task.of().batch() == 1) {
          for (long n = 0; n < task.records(); n++) {
            log.getByKey(messages.key(task.asked(n)), fold);
          }
        } else {
          readByKeys(log, fold);
        }
      }
      case PUBLISH, PUBLISH_INDEXED -> throw new IllegalStateException("nothing is loaded");
    }
  }

  private void readByKeys(TestedLog log, ReadFold fold) throws IOException {
    List<byte[]> keys = new ArrayList<>();
    for (long n = 0; n < task.records(); n++) {
      keys.add(messages.key(task.asked(n)));
      if (keys.size() == task.of().batch() || n == task.records() - 1) {
        log.getByKeys(keys, fold);
        keys.clear();
      }
    }
  }

  /** Compares every byte in the log with what was published. */
  private Outcome readWhole(TestedLog log) throws IOException {
    WholeCheck check = new WholeCheck();
    log.readAll(check);
    if (check.read() != task.stored()) {
      throw new IllegalStateException(
          "published %d messages, read %d".formatted(task.stored(), check.read()));
    }
    return task.expected();
  }

  @Override
  public void close() throws IOException {
    if (loaded != null) {
      loaded.close();
    }
    Folders.emptyFiles(folder);
  }
}
