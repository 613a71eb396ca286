package io.headwater.log.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
