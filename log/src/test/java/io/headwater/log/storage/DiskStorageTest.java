package io.headwater.log.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.OpenResources;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class DiskStorageTest extends StorageContract {
  @Override
  Storage open() {
    return Storage.disk();
  }

  /** Holds the lock of a folder until its standard input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (DirectoryLock lock = Storage.disk().lock(Path.of(arguments[0]))) {
        System.out.println("locked " + lock.getClass().getSimpleName());
        while (System.in.read() >= 0) {
          // Only the end matters.
        }
      }
    }
  }

  @Test
  void aFolderOfAnotherProcessIsRefusedByItsNumberUntilItIsKilled() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process holder =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var output =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).startsWith("locked");
      assertThatThrownBy(() -> storage.lock(temp))
          .isInstanceOf(FolderInUseException.class)
          .hasMessageContaining("in use by process " + holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    storage.lock(temp).close();
  }

  static boolean fullDeviceIsThere() {
    return Files.exists(Path.of("/dev/full"));
  }

  @Test
  @EnabledIf("fullDeviceIsThere")
  void aFullDiskIsAnErrorOfItsOwn() {
    try (StorageFile full = storage.open(Path.of("/dev/full"))) {
      assertThatThrownBy(() -> full.write(0, new byte[10], 0, 10))
          .isInstanceOf(DiskFullException.class)
          .hasMessageContaining("/dev/full")
          .hasMessageContaining("free some space");
      assertThatThrownBy(() -> full.reserve(10)).isInstanceOf(DiskFullException.class);
    }
  }

  @Test
  @EnabledIf("fullDeviceIsThere")
  void aLockWhoseFileCannotBeWrittenIsNotHeld() throws IOException {
    Files.createSymbolicLink(temp.resolve(".lock"), Path.of("/dev/full"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> storage.lock(temp))
          .isInstanceOf(LogException.class)
          .isNotInstanceOf(FolderInUseException.class)
          .hasMessageContaining("locking the folder");
    }
  }

  @Test
  void aFileWhereAFolderIsNeededIsNamed() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertThatThrownBy(() -> storage.createDirectories(file.resolve("below")))
        .isInstanceOf(LogException.class)
        .hasMessageContaining(file.toString());
    assertThat(Objects.requireNonNull(file.getFileName()).toString()).isEqualTo("file");
  }

  @Test
  void aFileHoldsNoMappingAndNoDescriptorOnceReleasedOrClosed() {
    OpenResources before = OpenResources.in(temp);
    for (int i = 0; i < 50; i++) {
      StorageFile file = storage.create(temp.resolve("a" + i));
      file.reserve(100_000);
      file.write(0, new byte[20_000], 0, 20_000);
      file.force();
      assertThat(file.read(99_999, new byte[1], 0, 1)).isEqualTo(1);
      assertThat(OpenResources.in(temp)).isNotEqualTo(before);
      if (i % 2 == 0) {
        file.truncate(20_000);
        file.release();
        file.force();
      } else {
        file.close();
        StorageFile view = storage.openReadOnly(temp.resolve("a" + i));
        assertThat(view.read(0, new byte[1], 0, 1)).isEqualTo(1);
        view.close();
      }
      assertThat(OpenResources.in(temp)).isEqualTo(before);
    }
  }

  @Test
  void onlySoManyFilesStayMappedAndThoseThatAreReadStayLonger() throws IOException {
    OpenResources before = OpenResources.in(temp);
    var mapped = new OpenFiles(10);
    var described = new OpenFiles(5);
    var files = new ArrayList<DiskFile>();
    byte[] bytes = new byte[1];
    for (int i = 0; i < 100; i++) {
      Path path = temp.resolve("a" + i);
      Files.write(path, new byte[] {(byte) i});
      files.add(DiskFile.open(path, mapped));
      files.add(DiskFile.openReadOnly(path, described));
    }
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < files.size(); i++) {
        assertThat(files.get(i).read(0, bytes, 0, 1)).isEqualTo(1);
        assertThat(bytes[0]).isEqualTo((byte) (i / 2));
        files.get(0).read(0, bytes, 0, 1);
        OpenResources now = OpenResources.in(temp);
        assertThat(now.mappings() - before.mappings()).isLessThanOrEqualTo(10);
        assertThat(now.descriptors() - before.descriptors()).isLessThanOrEqualTo(5);
      }
      assertThat(mapped.count()).isEqualTo(10);
      assertThat(described.count()).isEqualTo(5);
    }
    assertThat(mapped.has(files.get(0))).as("read all the time").isTrue();
    assertThat(mapped.has(files.get(2))).as("not read for long").isFalse();
    files.forEach(DiskFile::close);
    assertThat(mapped.count() + described.count()).isZero();
    assertThat(OpenResources.in(temp)).isEqualTo(before);
  }

  @Test
  void aFileThatIsGoneIsNotMadeAgain() throws IOException {
    StorageFile file = storage.create(temp.resolve("a"));
    file.write(0, new byte[1], 0, 1);
    file.release();
    Files.delete(temp.resolve("a"));
    assertThatThrownBy(file::force)
        .isInstanceOf(LogException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> file.write(1, new byte[1], 0, 1)).isInstanceOf(LogException.class);
    assertThat(temp.resolve("a")).doesNotExist();
    file.close();
  }
}
