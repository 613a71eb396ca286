package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.RecordReader;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.WatchedStorage;
import io.headwater.serde.Headers;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Views, opened for reading only, of a folder whose writer deletes from it. They know nothing of
 * the writer, which here is in the same process only to be at hand.
 */
class BatchLogViewTest {
  private static final LogOptions WRITER =
      LogOptions.builder().segmentBytes(2_000).indexIntervalBytes(200).build();
  private static final LogOptions VIEW = WRITER.toBuilder().readOnly(true).build();

  @TempDir Path temp;

  /** All of one size, so that after a deletion other batches are where some were. */
  private static void append(BatchLog log, int batches) {
    for (int i = 0; i < batches; i++) {
      log.append(
          new BatchBuilder().append(log.range().to() % 50, null, new byte[20], Headers.EMPTY));
    }
  }

  private static long offset(String record) {
    return Long.parseLong(record.substring(0, record.indexOf('@')));
  }

  @Test
  void aViewWhoseFilesAreGoneLooksAtTheFolderAgain() {
    Path folder = temp.resolve("orders-3");
    try (BatchLog log = BatchLog.open(Storage.disk(), folder, WRITER)) {
      append(log, 200);
      try (BatchLog view = BatchLog.open(Storage.disk(), folder, VIEW)) {
        List<String> before = LogRecords.all(view);
        assertThat(before).hasSize(200);
        log.delete(OffsetSet.of(1, 4));
        log.dropSegmentsBefore(50);
        log.delete(OffsetSet.of(70, 71));
        view.gc(Duration.ZERO); // its descriptors, by which it would go on with the old files
        List<String> now = LogRecords.all(log);
        assertThat(LogRecords.from(view, view.range().from(), 1 << 16)).isEqualTo(now);
        assertThat(LogRecords.from(view, 70, 1).get(0)).startsWith("72@");
        assertThat(view.range()).isEqualTo(log.range());
      }
    }
  }

  /**
   * A file system gives a new file the inode of one that is gone, as soon as nobody has it open.
   */
  @Test
  void aSegmentThatIsWrittenAnewTwiceIsNotTakenForTheFirst() {
    Path folder = temp.resolve("orders-3");
    try (BatchLog log = BatchLog.open(Storage.disk(), folder, WRITER)) {
      append(log, 60);
      try (BatchLog view = BatchLog.open(Storage.disk(), folder, VIEW)) {
        for (int offset = 0; offset < 16; offset += 2) {
          view.gc(Duration.ZERO);
          log.delete(OffsetSet.of(offset));
          log.delete(OffsetSet.of(offset + 1));
          assertThat(LogRecords.from(view, 0, 1 << 16)).isEqualTo(LogRecords.all(log));
        }
      }
    }
  }

  @Test
  void aReaderInTheMiddleOfASegmentThatIsWrittenAnewMissesNothing() {
    Path folder = temp.resolve("orders-3");
    try (BatchLog log = BatchLog.open(Storage.disk(), folder, WRITER)) {
      append(log, 60);
      try (BatchLog view = BatchLog.open(Storage.disk(), folder, VIEW)) {
        var buffer = new BatchBuffer();
        var reader = new RecordReader();
        long next = 0;
        for (int i = 0; next < 60; i++) {
          view.read(next, Long.MAX_VALUE, 1, buffer);
          reader.reset(buffer);
          assertThat(reader.nextBatch() && reader.nextRecord()).isTrue();
          assertThat(reader.offset()).isEqualTo(next);
          next = buffer.nextOffset();
          if (i % 3 == 0) {
            log.delete(OffsetSet.of(next - 1)); // it was read: what follows moves to its place
            view.gc(Duration.ZERO);
          }
        }
      }
    }
  }

  @Test
  void aDeletionWhileAViewIsOpenedIsNotTakenForATornTail() {
    Storage storage = Storage.memory();
    Path folder = temp.resolve("orders-3");
    try (BatchLog log = BatchLog.open(storage, folder, WRITER)) {
      append(log, 60);
      var deleted = new AtomicBoolean();
      Storage beside =
          afterListing(
              storage,
              () -> {
                if (!deleted.getAndSet(true)) {
                  log.delete(OffsetSet.range(15, 60)); // the end of the first segment
                }
              });
      try (BatchLog view = BatchLog.open(beside, folder, VIEW)) {
        assertThat(deleted).isTrue();
        assertThat(view.recovery()).isEqualTo(new Recovery.Clean());
        assertThat(view.range()).isEqualTo(log.range());
        assertThat(LogRecords.all(view)).isEqualTo(LogRecords.all(log)).hasSizeGreaterThan(15);
      }
    }
  }

  /** A storage that does something each time a folder was listed. */
  private static Storage afterListing(Storage storage, Runnable then) {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(storage, arguments);
              if (method.getName().equals("list")) {
                then.run();
              }
              return result;
            });
  }

  @Test
  void aViewFollowsALogOfWhichAllIsDeleted() {
    for (Storage storage : List.of(Storage.disk(), Storage.memory())) {
      Path folder = temp.resolve("orders-" + storage.getClass().getSimpleName());
      try (BatchLog log = BatchLog.open(storage, folder, WRITER)) {
        append(log, 3);
        try (BatchLog view = BatchLog.open(storage, folder, VIEW)) {
          log.delete(OffsetSet.range(0, 3));
          append(log, 2);
          log.delete(OffsetSet.range(3, 5));
          append(log, 1);
          assertThat(view.refresh()).isTrue();
          assertThat(view.range()).isEqualTo(new OffsetRange(5, 6));
          log.delete(OffsetSet.of(5));
          append(log, 1);
          assertThat(view.refresh()).isTrue();
          assertThat(LogRecords.all(view)).hasSize(1).first().asString().startsWith("6@");
        }
      }
    }
  }

  /** Between listing the folder and opening what is new in it. */
  @Test
  void aSegmentThatIsDeletedWhileAViewTakesItUpIsPassed() {
    Storage storage = Storage.memory();
    Path folder = temp.resolve("orders-3");
    var armed = new AtomicBoolean();
    try (BatchLog log = BatchLog.open(storage, folder, WRITER)) {
      append(log, 3);
      var busy =
          new WatchedStorage(
              storage,
              file -> {
                if (file.toString().endsWith(".log") && armed.getAndSet(false)) {
                  log.dropSegmentsBefore(log.range().to());
                }
              });
      try (BatchLog view = BatchLog.open(busy, folder, VIEW)) {
        append(log, 200);
        armed.set(true);
        assertThat(view.refresh()).isTrue();
        assertThat(armed).isFalse();
        assertThat(view.range()).isEqualTo(log.range());
      }
    }
  }

  @Test
  void viewsThatOpenReadAndRefreshBesideADeleterSeeAllThatIsNotDeleted() throws Exception {
    Path folder = temp.resolve("orders-3");
    var done = new AtomicBoolean();
    var problem = new AtomicReference<Throwable>();
    try (BatchLog log = BatchLog.open(Storage.disk(), folder, WRITER)) {
      append(log, 400);
      var deleter =
          new Thread(
              () -> {
                for (int round = 0; !done.get(); round++) {
                  append(log, 5);
                  log.delete(OffsetSet.of(2L * round + 1));
                  long last = log.range().to() - 1;
                  log.delete(OffsetSet.of(last - (last + 1) % 2)); // odd: of the newest segment
                }
              });
      deleter.setUncaughtExceptionHandler((failed, e) -> problem.compareAndSet(null, e));
      deleter.start();
      try {
        for (int i = 0; i < 15; i++) {
          try (BatchLog view = BatchLog.open(Storage.disk(), folder, VIEW)) {
            for (int round = 0; round < 5; round++) {
              view.refresh();
              view.gc(Duration.ZERO);
              var even = new ArrayList<Long>();
              long end = view.range().to();
              for (String record : LogRecords.from(view, 0, 700)) {
                if (offset(record) % 2 == 0 && offset(record) < end) {
                  even.add(offset(record));
                }
              }
              assertThat(even).hasSize((int) (end + 1) / 2).isSorted();
            }
          }
        }
      } finally {
        done.set(true);
        deleter.join();
      }
      assertThat(problem.get()).isNull();
    }
  }
}
