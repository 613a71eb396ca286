package io.headwater.testkit.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.state.bytes.ByteReader;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.ChangelogReader;
import io.headwater.state.bytes.CorruptStoreException;
import io.headwater.state.bytes.LogStore;
import io.headwater.state.bytes.StoredValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LogStoreTest {
  private static final Path INDEX = Path.of("stores", "counts", "index");

  private final MemoryChangelog changelog = new MemoryChangelog();
  private final Storage storage = Storage.memory();

  /** The contract, with a snapshot at each start. */
  static final class WithSnapshots extends ByteStoreContract {
    private final MemoryChangelog changelog = new MemoryChangelog();
    private final Storage storage = Storage.memory();
    private @Nullable ByteStore last;

    @Override
    protected ByteStore open() {
      if (last != null) {
        last.checkpoint();
      }
      last = LogStore.open(changelog, storage, INDEX);
      return last;
    }

    @Override
    protected void commitTransaction() {
      changelog.commit();
    }

    @Override
    protected void abortTransaction() {
      changelog.abort();
    }
  }

  /** The contract, with a full replay at each start. */
  static final class WithoutSnapshots extends ByteStoreContract {
    private final MemoryChangelog changelog = new MemoryChangelog();

    @Override
    protected ByteStore open() {
      return LogStore.open(changelog);
    }

    @Override
    protected void commitTransaction() {
      changelog.commit();
    }

    @Override
    protected void abortTransaction() {
      changelog.abort();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Change put(String key, String value) {
    return new Change(bytes(key), bytes(value), 0);
  }

  private static List<String> all(ByteReader reader) {
    var found = new ArrayList<String>();
    try (var scan = reader.scan(null, null)) {
      scan.forEachRemaining(
          entry ->
              found.add(new String(entry.key(), UTF_8) + "=" + new String(entry.value(), UTF_8)));
    }
    return found;
  }

  private void commit(ByteStore store) {
    store.flush();
    changelog.commit();
    store.commit();
  }

  private LogStore open() {
    return LogStore.open(changelog, storage, INDEX);
  }

  @Test
  void changesAreAppendedInBatchesOfAbout16KiB() {
    LogStore store = LogStore.open(changelog);
    for (int i = 0; i < 1000; i++) {
      store.apply(List.of(put("key" + i, "v".repeat(100))));
    }
    commit(store);

    // 1000 records of about 120 bytes.
    assertThat(changelog.appends()).isBetween(7, 9);
    assertThat(changelog.committedChanges()).hasSize(1000);
  }

  @Test
  void aCommitOfWhatWasNotFlushedIsRefused() {
    LogStore store = LogStore.open(changelog);
    store.apply(List.of(put("a", "1")));

    assertThatThrownBy(store::commit)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "1 changes of app-store-changelog-0 are not flushed; flush the store before its"
                + " transaction commits");
  }

  @Test
  void aRestartReplaysOnlyWhatTheSnapshotDoesNotCover() {
    LogStore store = open();
    for (int i = 0; i < 500; i++) {
      store.apply(List.of(put("key" + i, "1")));
    }
    commit(store);
    store.checkpoint();
    store.apply(List.of(put("key7", "2"), new Change(bytes("key8"), null, 0)));
    commit(store);
    List<String> expected = all(store);

    ChangelogReader reader = ChangelogReader.open(changelog, storage, INDEX);

    assertThat(reader.replayFrom()).isEqualTo(501);
    assertThat(all(reader)).isEqualTo(expected).hasSize(499);
    assertThat(changelog.forces()).isEqualTo(1);
  }

  @Test
  void aCheckpointWithNothingNewWritesNothing() {
    LogStore store = open();
    store.checkpoint();
    assertThat(storage.exists(INDEX)).isFalse();

    store.apply(List.of(put("a", "1")));
    commit(store);
    store.checkpoint();
    store.checkpoint();
    LogStore again = open();
    again.checkpoint();

    assertThat(changelog.forces()).isEqualTo(1);
  }

  @Test
  void aCheckpointIsDueOnceAReplayWouldBeLong() {
    LogStore store = open();
    for (int i = 0; i < 50_000; i++) {
      assertThat(store.checkpointDue()).isFalse();
      store.apply(List.of(put("a", "1")));
    }
    commit(store);

    assertThat(store.checkpointDue()).isTrue();
    store.checkpoint();
    assertThat(store.checkpointDue()).isFalse();
  }

  @Test
  void aSnapshotWithAnyByteDamagedOrCutIsNotUsed() {
    LogStore store = open();
    for (int i = 0; i < 20; i++) {
      store.apply(List.of(put("key" + i, "value" + i)));
    }
    commit(store);
    store.checkpoint();
    List<String> expected = all(store);
    byte[] sound = read();

    for (int i = 0; i < sound.length; i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= 0x10;
      write(damaged, damaged.length);
      ChangelogReader reader = ChangelogReader.open(changelog, storage, INDEX);
      assertThat(reader.replayFrom()).as("byte %d damaged", i).isZero();
      assertThat(all(reader)).isEqualTo(expected);

      write(sound, i);
      assertThat(ChangelogReader.open(changelog, storage, INDEX).replayFrom())
          .as("cut to %d bytes", i)
          .isZero();
    }
    write(sound, sound.length);
    assertThat(ChangelogReader.open(changelog, storage, INDEX).replayFrom()).isEqualTo(21);
  }

  private byte[] read() {
    try (StorageFile file = storage.openReadOnly(INDEX)) {
      var bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  private void write(byte[] bytes, int length) {
    try (StorageFile file = storage.create(INDEX)) {
      file.write(0, bytes, 0, length);
    }
  }

  @Test
  void aSnapshotAheadOfItsChangelogIsRefused() {
    LogStore store = open();
    store.apply(List.of(put("a", "1"), put("b", "1")));
    commit(store);
    store.checkpoint();

    var emptied = new MemoryChangelog();
    assertThatThrownBy(() -> LogStore.open(emptied, storage, INDEX))
        .isInstanceOf(CorruptStoreException.class)
        .hasMessage(
            "changelog app-store-changelog-0 lacks records of its store: the index covers offsets up"
                + " to 3, but the changelog ends at 0. They had been forced to disk, so no crash took"
                + " them: it was emptied, cut, damaged, or deleted and made anew. Put the whole data"
                + " folder back from a copy; or, to go on without what is lost, delete "
                + INDEX);
    assertThat(storage.exists(INDEX)).isTrue();

    storage.delete(INDEX);
    assertThat(all(LogStore.open(emptied, storage, INDEX))).isEmpty();
  }

  @Test
  void aSnapshotOfRecordsThatTheChangelogNoLongerHasIsRefused() {
    LogStore store = open();
    store.apply(List.of(put("a", "1"), put("b", "1")));
    commit(store);
    store.checkpoint();

    var other = new MemoryChangelog();
    LogStore otherStore = LogStore.open(other);
    otherStore.apply(List.of(put("x", "1"), put("y", "1"), put("z", "1")));
    otherStore.flush();
    other.commit();
    otherStore.commit();

    assertThatThrownBy(() -> LogStore.open(other, storage, INDEX))
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageStartingWith(
            "changelog app-store-changelog-0 lacks records of its store: segment 0, position 0 has not"
                + " the record of ");
  }

  @Test
  void aPlaceThatHoldsAnotherKeyIsAnErrorAndNeverAnAnswer() {
    var wrongPlaces =
        new ForwardingChangelog(changelog) {
          @Override
          public PlacedRecord read(long segmentBase, int position, int sizeBytes) {
            return new PlacedRecord(bytes("b"), bytes("1"));
          }
        };
    LogStore store = LogStore.open(wrongPlaces);
    store.apply(List.of(put("a", "1")));
    commit(store);

    assertThatThrownBy(() -> store.get(bytes("a")))
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("app-store-changelog-0, segment 0, position 0")
        .hasMessageContaining("another key");
  }

  @Test
  void aSnapshotWrittenBesideTheOwnerAtWorkRestoresTheLastCommit() throws Exception {
    LogStore store = open();
    var running = new AtomicBoolean(true);
    var executor = Executors.newSingleThreadExecutor();
    try {
      Future<?> checkpoints =
          executor.submit(
              () -> {
                while (running.get()) {
                  store.checkpoint();
                }
              });
      var random = new Random(3);
      for (int i = 0; i < 300 || changelog.forces() < 3; i++) {
        for (int j = 0; j < 20; j++) {
          String key = "key" + random.nextInt(200);
          store.apply(
              List.of(random.nextBoolean() ? put(key, "" + i) : new Change(bytes(key), null, 0)));
        }
        commit(store);
        if (i % 50 == 0) {
          // Whichever snapshot is there now, with the records after what it covers.
          assertThat(all(ChangelogReader.open(changelog, storage, INDEX))).isEqualTo(all(store));
        }
      }
      running.set(false);
      checkpoints.get();
    } finally {
      running.set(false);
      executor.shutdownNow();
    }

    ChangelogReader reader = ChangelogReader.open(changelog, storage, INDEX);
    assertThat(reader.replayFrom()).isPositive();
    assertThat(all(reader)).isEqualTo(all(store));
  }

  @Test
  void aReaderFollowsTheCommitsOfAnOwner() {
    LogStore store = LogStore.open(changelog);
    ChangelogReader reader = ChangelogReader.open(changelog);
    store.apply(List.of(put("a", "1")));
    store.flush();
    assertThat(reader.refresh()).isZero();

    changelog.commit();
    store.commit();

    assertThat(reader.refresh()).isEqualTo(1);
    StoredValue stored = Objects.requireNonNull(reader.get(bytes("a")));
    assertThat(stored.value()).isEqualTo(bytes("1"));
  }
}
