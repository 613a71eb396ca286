package io.headwater.log.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.Seeds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every storage promises. */
abstract class StorageContract {
  @TempDir Path temp;
  Storage storage = Storage.memory();

  abstract Storage open();

  @BeforeEach
  void openStorage() {
    storage = open();
    storage.createDirectories(temp);
  }

  private static byte[] all(StorageFile file) {
    byte[] bytes = new byte[(int) file.size()];
    assertThat(file.read(0, bytes, 0, bytes.length)).isEqualTo(bytes.length);
    return bytes;
  }

  @Test
  void aFileHoldsWhatWasWrittenReservedAndCut() {
    long seed = Seeds.next();
    var random = new Random(seed);
    byte[] expected = {};
    int end = 0; // of what was written last
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      for (int round = 0; round < 300; round++) {
        switch (random.nextInt(40)) {
          case 0 -> {
            int size = random.nextInt(expected.length + 1);
            file.truncate(size);
            expected = Arrays.copyOf(expected, size);
            end = Math.min(end, size);
          }
          case 1 -> file.release();
          case 2, 3, 4 -> {
            int size = end + random.nextInt(100_000);
            file.reserve(size);
            expected = Arrays.copyOf(expected, Math.max(expected.length, size));
          }
          default -> {
            byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 300_000 : 3_000)];
            random.nextBytes(bytes);
            int position = random.nextInt(4) == 0 ? random.nextInt(expected.length + 1) : end;
            file.write(position, bytes, 0, bytes.length);
            end = position + bytes.length;
            expected = Arrays.copyOf(expected, Math.max(expected.length, end));
            System.arraycopy(bytes, 0, expected, position, bytes.length);
          }
        }
        assertThat(file.size()).as("seed %d, round %d", seed, round).isEqualTo(expected.length);

        int from = random.nextInt(expected.length + 10);
        byte[] read = new byte[random.nextInt(5_000) + 7];
        int length = file.read(from, read, 7, read.length - 7);
        int to = Math.max(from, Math.min(expected.length, from + read.length - 7));
        assertThat(length).as("seed %d, round %d", seed, round).isEqualTo(to - from);
        if (length > 0) {
          assertThat(Arrays.copyOfRange(read, 7, 7 + length))
              .as("seed %d, round %d", seed, round)
              .isEqualTo(Arrays.copyOfRange(expected, from, to));
        }
      }
      assertThat(all(file)).isEqualTo(expected);
    }
    try (StorageFile file = storage.openReadOnly(temp.resolve("a"))) {
      assertThat(all(file)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void aReaderOfAnotherHandleSeesTheFileGrow() {
    try (StorageFile writer = storage.create(temp.resolve("a"));
        StorageFile reader = storage.openReadOnly(temp.resolve("a"))) {
      writer.write(0, new byte[] {1, 2}, 0, 2);
      assertThat(all(reader)).containsExactly(1, 2);
      writer.write(2, new byte[] {3}, 0, 1);
      assertThat(all(reader)).containsExactly(1, 2, 3);
      writer.reserve(5);
      writer.write(3, new byte[] {4}, 0, 1);
      assertThat(all(reader)).containsExactly(1, 2, 3, 4, 0);
    }
  }

  @Test
  void reservedSpaceIsZeroAlsoWhereSomethingWasCutOff() {
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      file.write(0, new byte[] {1, 2, 3, 4}, 0, 4);
      file.truncate(1);
      file.reserve(3);
      assertThat(all(file)).containsExactly(1, 0, 0);
      file.reserve(2);
      assertThat(file.size()).as("it is never less").isEqualTo(3);
      file.write(1, new byte[] {7, 8, 9}, 0, 3);
      assertThat(all(file)).as("a write over its end").containsExactly(1, 7, 8, 9);
    }
  }

  @Test
  void whatWasWrittenIntoReservedSpaceIsThereAfterAForceAndInTheNextHandle() {
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      file.reserve(100_000);
      file.write(70_000, new byte[] {7}, 0, 1);
      file.force();
      file.release();
      file.force();
      file.write(70_001, new byte[] {8}, 0, 1);
    }
    try (StorageFile file = storage.open(temp.resolve("a"))) {
      byte[] found = all(file);
      assertThat(found).hasSize(100_000);
      assertThat(Arrays.copyOfRange(found, 69_999, 70_003)).containsExactly(0, 7, 8, 0);
    }
  }

  @Test
  void aFileOpenedForReadingIsNotChanged() {
    storage.create(temp.resolve("a")).close();
    try (StorageFile file = storage.openReadOnly(temp.resolve("a"))) {
      assertThatThrownBy(() -> file.write(0, new byte[1], 0, 1)).isInstanceOf(LogException.class);
      assertThatThrownBy(() -> file.reserve(1)).isInstanceOf(LogException.class);
      assertThat(file.size()).isZero();
    }
  }

  @Test
  void aViewShowsAllBytesOfAFileUntilItIsClosedMoreThanOnce() {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      file.write(0, bytes, 0, bytes.length);
    }
    FileView view = storage.view(temp.resolve("a"));
    byte[] seen = new byte[view.bytes().capacity()];
    view.bytes().get(0, seen);
    assertThat(seen).isEqualTo(bytes);
    view.close();
    view.close();
    storage.delete(temp.resolve("a"));
    assertThatThrownBy(() -> storage.view(temp.resolve("a")))
        .isInstanceOf(LogException.class)
        .hasMessageContaining(temp.resolve("a").toString());
  }

  @Test
  void aViewOfAnEmptyFileHasNoBytes() {
    storage.create(temp.resolve("a")).close();
    try (FileView view = storage.view(temp.resolve("a"))) {
      assertThat(view.bytes().capacity()).isZero();
    }
  }

  @Test
  void aCutFileIsShorterAndGrowsAgain() {
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      file.write(0, new byte[] {1, 2, 3, 4}, 0, 4);
      file.truncate(2);
      assertThat(all(file)).containsExactly(1, 2);
      file.write(2, new byte[] {9}, 0, 1);
      assertThat(all(file)).containsExactly(1, 2, 9);
    }
  }

  @Test
  void creatingAFileThatExistsEmptiesIt() {
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      file.write(0, new byte[5], 0, 5);
    }
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      assertThat(file.size()).isZero();
    }
  }

  @Test
  void aStampChangesWithTheBytesOfAFileAndWithTheFileOfAName() {
    Path file = temp.resolve("a");
    try (StorageFile opened = storage.create(file)) {
      opened.write(0, new byte[5], 0, 5);
    }
    String before = storage.stamp(file);
    assertThat(storage.stamp(file)).isEqualTo(before).doesNotContain(" ").doesNotContain("\n");
    try (StorageFile opened = storage.create(temp.resolve("b"))) {
      opened.write(0, new byte[5], 0, 5);
    }
    storage.move(temp.resolve("b"), file);
    String after = storage.stamp(file);
    assertThat(after).isNotEqualTo(before);
    try (StorageFile opened = storage.open(file)) {
      opened.truncate(2);
    }
    assertThat(storage.stamp(file)).isNotEqualTo(after);
    assertThatThrownBy(() -> storage.stamp(temp.resolve("none"))).isInstanceOf(LogException.class);
  }

  @Test
  void aWriteThatWouldLeaveAGapIsRefused() {
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      assertThatThrownBy(() -> file.write(1, new byte[1], 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("gap");
    }
  }

  @Test
  void aFolderListsItsChildrenByName() {
    storage.createDirectories(temp.resolve("orders"));
    storage.createDirectories(temp.resolve("orders-1"));
    for (String name : new String[] {"b", "a", "orders/x", "orders-1/y"}) {
      storage.create(temp.resolve(name)).close();
    }
    assertThat(storage.list(temp))
        .containsExactly(
            temp.resolve("a"), temp.resolve("b"), temp.resolve("orders"), temp.resolve("orders-1"));
    assertThat(storage.list(temp.resolve("orders"))).containsExactly(temp.resolve("orders/x"));
    assertThat(storage.list(temp.resolve("none"))).isEmpty();
  }

  @Test
  void aMovedFileTakesThePlaceOfAnother() {
    try (StorageFile file = storage.create(temp.resolve("new"))) {
      file.write(0, new byte[] {7}, 0, 1);
    }
    storage.create(temp.resolve("old")).close();
    storage.move(temp.resolve("new"), temp.resolve("old"));
    assertThat(storage.exists(temp.resolve("new"))).isFalse();
    try (StorageFile file = storage.openReadOnly(temp.resolve("old"))) {
      assertThat(all(file)).containsExactly(7);
    }
  }

  @Test
  void deletingTakesFilesAndEmptyFoldersAndNothingElse() {
    storage.createDirectories(temp.resolve("folder"));
    storage.create(temp.resolve("folder/a")).close();
    assertThatThrownBy(() -> storage.delete(temp.resolve("folder")))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("folder");
    storage.delete(temp.resolve("folder/a"));
    storage.delete(temp.resolve("folder"));
    storage.delete(temp.resolve("folder"));
    assertThat(storage.exists(temp.resolve("folder"))).isFalse();
  }

  @Test
  void openingWhatIsNotThereNamesTheFile() {
    assertThatThrownBy(() -> storage.open(temp.resolve("none")))
        .isInstanceOf(LogException.class)
        .hasMessageContaining(temp.resolve("none").toString())
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> storage.openReadOnly(temp.resolve("none")))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("no such file");
    assertThat(storage.exists(temp.resolve("none"))).isFalse();
  }

  @Test
  void aFolderIsLockedOnceAndTheErrorNamesTheProcess() {
    DirectoryLock lock = storage.lock(temp);
    assertThatThrownBy(() -> storage.lock(temp))
        .isInstanceOf(FolderInUseException.class)
        .hasMessageContaining(temp.toString())
        .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
    lock.close();
    lock.close();
    storage.lock(temp).close();
  }

  @Test
  void aClosedFileIsNotUsedAgain() {
    StorageFile file = storage.create(temp.resolve("a"));
    file.write(0, new byte[100_000], 0, 100_000);
    file.close();
    file.close();
    assertThatThrownBy(() -> file.read(0, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> file.write(0, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> file.reserve(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> file.truncate(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(file::force).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(file::release).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aClosedFileIsNotWrittenThroughWhatItHadReserved() {
    StorageFile file = storage.create(temp.resolve("a"));
    file.reserve(10_000);
    file.write(0, new byte[1], 0, 1);
    file.close();
    assertThatThrownBy(() -> file.write(1, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anInterruptedThreadReadsWritesForcesAndLocks() throws InterruptedException {
    var failure = new AtomicReference<Throwable>(new AssertionError("did not run"));
    var thread =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              try (StorageFile file = storage.create(temp.resolve("a"))) {
                file.write(0, new byte[300_000], 0, 300_000);
                file.reserve(400_000);
                file.write(300_000, new byte[] {1}, 0, 1);
                file.force();
                storage.forceDirectory(temp);
                assertThat(all(file)).hasSize(400_000).contains(1);
                file.truncate(300_001);
                file.release();
                assertThat(all(file)).hasSize(300_001).contains(1);
                storage.lock(temp).close();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                failure.set(null);
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }

  @Test
  void manyReadersSeeWholeWritesWhileTheFileGrows() throws InterruptedException {
    readWhileWriting(2_000, (file, written) -> {});
  }

  /** Readers are in the middle of a mapping when it is replaced, given back, and the file cut. */
  @Test
  void manyReadersSeeWholeWritesWhileSpaceIsReservedCutAndGivenBack() throws InterruptedException {
    long seed = Seeds.next();
    var random = new Random(seed);
    readWhileWriting(
        10_000,
        (file, written) -> {
          switch (random.nextInt(50)) {
            case 0 -> file.reserve(written + random.nextInt(40_000));
            case 1 -> file.truncate(written);
            case 2 -> file.release();
            case 3 -> file.force();
            default -> {}
          }
        });
  }

  private void readWhileWriting(int blocks, ObjLongConsumer<StorageFile> beforeEach)
      throws InterruptedException {
    var failure = new AtomicReference<Throwable>();
    var written = new AtomicLong();
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      var readers = new Thread[3];
      for (int i = 0; i < readers.length; i++) {
        var random = new Random(i);
        readers[i] =
            new Thread(
                () -> {
                  try {
                    byte[] block = new byte[1_000];
                    while (written.get() < blocks && failure.get() == null) {
                      long count = written.get();
                      if (count > 0) {
                        long which = random.nextLong(count);
                        assertThat(file.read(which * 1_000, block, 0, 1_000)).isEqualTo(1_000);
                        assertThat(block).containsOnly((byte) which);
                      }
                    }
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                });
        readers[i].start();
      }
      for (int i = 0; i < blocks; i++) {
        byte[] block = new byte[1_000];
        Arrays.fill(block, (byte) i);
        beforeEach.accept(file, i * 1_000L);
        file.write(i * 1_000L, block, 0, 1_000);
        written.set(i + 1L);
      }
      for (Thread reader : readers) {
        reader.join();
      }
    }
    assertThat(failure.get()).isNull();
  }
}
