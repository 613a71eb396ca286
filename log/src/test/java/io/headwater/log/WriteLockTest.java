package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.FolderInUseException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A partition's folder is written by a broker, or as a log, but not by both. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class WriteLockTest {
  private static final LogOptions READ_ONLY = LogOptions.builder().readOnly(true).build();

  @Parameter boolean onDisk;
  @TempDir Path temp;

  @SuppressWarnings("NullAway.Init")
  private Storage storage;

  @SuppressWarnings("NullAway.Init")
  private Path data;

  @SuppressWarnings("NullAway.Init")
  private Path partition;

  @BeforeEach
  void makeLog() {
    storage = onDisk ? Storage.disk() : Storage.memory();
    data = temp.resolve("data");
    partition = data.resolve("orders-0");
    Log.open(storage, partition, LogOptions.DEFAULT).close();
  }

  private void makeDataFolder() {
    storage.create(data.resolve("meta.properties")).close();
  }

  private Log open() {
    return Log.open(storage, partition, LogOptions.DEFAULT);
  }

  @Test
  void besideABrokerItIsOnlyRead() {
    makeDataFolder();
    try (DirectoryLock broker = storage.lock(data)) {
      assertThat(broker).isNotNull();
      assertThatThrownBy(this::open)
          .isInstanceOf(FolderInUseException.class)
          .hasMessageContaining(data + " is already open for writing");
      Log.open(storage, partition, READ_ONLY).close();
      BatchLog.open(storage, partition, LogOptions.builder().lockFolder(false).build()).close();
    }
    open().close();
  }

  @Test
  void noBrokerCanStartWhileItIsWritten() {
    makeDataFolder();
    try (Log log = open()) {
      assertThat(log.nextOffset()).isZero();
      assertThatThrownBy(() -> storage.lock(data)).isInstanceOf(FolderInUseException.class);
      assertThatThrownBy(this::open).isInstanceOf(FolderInUseException.class);
    }
    storage.lock(data).close();
  }

  @Test
  void whatCannotBeOpenedIsNotHeld() {
    makeDataFolder();
    try (DirectoryLock other = storage.lock(partition)) {
      assertThat(other).isNotNull();
      assertThatThrownBy(this::open)
          .isInstanceOf(LogException.class)
          .hasMessageContaining(partition.toString());
    }
    storage.lock(data).close();
    storage.lock(partition).close();
  }

  @Test
  void aFolderAboveThatIsNoBrokersIsLeftAlone() {
    try (Log log = open();
        Log other = Log.open(storage, data.resolve("orders-1"), LogOptions.DEFAULT);
        DirectoryLock above = storage.lock(data)) {
      assertThat(above).isNotNull();
      assertThat(log.nextOffset()).isEqualTo(other.nextOffset());
    }
  }
}
