package io.headwater.log.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.Seeds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
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
  void aFileHoldsWhatWasWrittenAndWhereItIsOverwritten() {
    long seed = Seeds.next();
    var random = new Random(seed);
    byte[] expected = {};
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      for (int round = 0; round < 300; round++) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 300_000 : 3_000)];
        random.nextBytes(bytes);
        int position =
            random.nextInt(4) == 0 ? random.nextInt(expected.length + 1) : expected.length;
        file.write(position, bytes, 0, bytes.length);
        expected = Arrays.copyOf(expected, Math.max(expected.length, position + bytes.length));
        System.arraycopy(bytes, 0, expected, position, bytes.length);

        int from = random.nextInt(expected.length + 10);
        byte[] read = new byte[random.nextInt(5_000) + 7];
        int length = file.read(from, read, 7, read.length - 7);
        int end = Math.max(from, Math.min(expected.length, from + read.length - 7));
        assertThat(length).as("seed %d, round %d", seed, round).isEqualTo(end - from);
        if (length > 0) {
          assertThat(Arrays.copyOfRange(read, 7, 7 + length))
              .as("seed %d, round %d", seed, round)
              .isEqualTo(Arrays.copyOfRange(expected, from, end));
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
    assertThatThrownBy(file::force).isInstanceOf(IllegalStateException.class);
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
                file.force();
                storage.forceDirectory(temp);
                assertThat(all(file)).hasSize(300_000);
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
    var failure = new AtomicReference<Throwable>();
    try (StorageFile file = storage.create(temp.resolve("a"))) {
      var readers = new Thread[3];
      for (int i = 0; i < readers.length; i++) {
        var random = new Random(i);
        readers[i] =
            new Thread(
                () -> {
                  try {
                    byte[] block = new byte[1_000];
                    while (file.size() < 2_000_000) {
                      long blocks = file.size() / 1_000;
                      if (blocks > 0) {
                        long which = random.nextLong(blocks);
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
      for (int i = 0; i < 2_000; i++) {
        byte[] block = new byte[1_000];
        Arrays.fill(block, (byte) i);
        file.write(i * 1_000L, block, 0, 1_000);
      }
      for (Thread reader : readers) {
        reader.join();
      }
    }
    assertThat(failure.get()).isNull();
  }
}
