package io.headwater.state.bytes;

import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store whose values live in its changelog, and nowhere else. On the heap it keeps an index from
 * each key to the place of its record there.
 *
 * <p>A change waits in memory, with others, for a batch to be worth writing; then it is appended
 * under the owner's transaction, and only its place is kept. The owner reads its own changes either
 * way. Others see the places that were published at the last commit. An abort forgets places; the
 * aborted records stay in the changelog, where nothing points to them.
 *
 * <p>A get finds the key's place by hash and reads one record, whose key must be the one asked for.
 * Opening reads the index from a snapshot file, if there is one that can be trusted, and the
 * committed records after it. {@link #checkpoint} writes that file.
 */
public final class LogStore implements ByteStore {
  /** Fewer records than this are replayed sooner than a snapshot is worth its writing. */
  private static final long CHECKPOINT_RECORDS_MIN = 50_000;

  private final Changelog changelog;
  private final @Nullable IndexSnapshot snapshot;
  private final ChangelogBuffer buffer;
  private final KeyIndex index;
  private final ByteReader owned;
  private final ByteReader committed;

  private final Object checkpointLock = new Object();
  private long changesApplied;

  /** Up to here the index has everything that is committed. Written after the index. */
  private volatile long coveredOffset;

  /** How many changes had been committed when the last snapshot was begun, and are by now. */
  private volatile long changesCheckpointed;

  private volatile long changesCommitted;
  private long offsetCheckpointed;

  private LogStore(
      Changelog changelog, @Nullable IndexSnapshot snapshot, ChangelogReader restored) {
    this.changelog = changelog;
    this.snapshot = snapshot;
    buffer = new ChangelogBuffer(changelog);
    index = restored.index();
    owned = index.owned(restored::read);
    committed = index.committed(restored::read);
    coveredOffset = restored.nextOffset();
    offsetCheckpointed = snapshot == null ? -1 : restored.replayFrom();
    changesApplied = restored.nextOffset() - restored.replayFrom();
    changesCommitted = changesApplied;
  }

  /**
   * Opens the store that the changelog holds.
   *
   * @param indexFile where snapshots of the index are kept; nothing else writes there
   * @throws StoreException if the changelog cannot be read
   * @throws CorruptStoreException if the changelog lacks records that a snapshot covers
   */
  public static LogStore open(Changelog changelog, Storage storage, Path indexFile) {
    return new LogStore(
        changelog,
        new IndexSnapshot(storage, indexFile),
        ChangelogReader.open(changelog, storage, indexFile));
  }

  /** Opens the store that the changelog holds, by reading all of it; keeps no snapshots. */
  public static LogStore open(Changelog changelog) {
    return new LogStore(changelog, null, ChangelogReader.open(changelog));
  }

  @Override
  public @Nullable StoredValue get(byte[] key) {
    return owned.get(key);
  }

  @Override
  public CloseableIterator<StoredEntry> scan(byte @Nullable [] from, byte @Nullable [] to) {
    return owned.scan(from, to);
  }

  @Override
  public CloseableIterator<StoredEntry> reverseScan(byte @Nullable [] from, byte @Nullable [] to) {
    return owned.reverseScan(from, to);
  }

  @Override
  public long approximateEntries() {
    return owned.approximateEntries();
  }

  @Override
  public void apply(List<Change> changes) {
    @Nullable IndexEntry[] entries = index.find(changes);
    for (int i = 0; i < entries.length; i++) {
      Change change = changes.get(i);
      byte[] value = change.value();
      if (value == null) {
        index.put(entries[i], change.key(), Version.DELETED);
        buffer.add(change, null);
      } else {
        Version version = Version.of(change.timestampMs(), value);
        index.put(entries[i], change.key(), version);
        buffer.add(change, version);
      }
    }
    changesApplied += changes.size();
  }

  @Override
  public void flush() {
    buffer.flush();
  }

  @Override
  public void commit() {
    buffer.ensureFlushed();
    if (!index.isChanged()) {
      return;
    }
    index.commit();
    coveredOffset = changelog.committedEnd();
    changesCommitted = changesApplied;
  }

  @Override
  public void abort() {
    buffer.clear();
    index.abort();
  }

  @Override
  public ByteReader committed() {
    return committed;
  }

  @Override
  public boolean persistent() {
    return snapshot != null;
  }

  /** Once a replay would read more records than there are keys, and a fair number of them. */
  @Override
  public boolean checkpointDue() {
    return snapshot != null
        && changesCommitted - changesCheckpointed
            >= Math.max(CHECKPOINT_RECORDS_MIN, index.entriesCommitted());
  }

  /**
   * Writes a snapshot of the index, unless nothing was committed since the last one. Forces the
   * changelog first. The owner may go on meanwhile: the snapshot covers what was committed when it
   * began, and what it shows of later commits a replay repeats.
   */
  @Override
  public void checkpoint() {
    if (snapshot == null) {
      return;
    }
    synchronized (checkpointLock) {
      long changes = changesCommitted;
      long covered = coveredOffset;
      if (covered == offsetCheckpointed) {
        return;
      }
      snapshot.write(changelog, index, covered);
      offsetCheckpointed = covered;
      changesCheckpointed = changes;
    }
  }

  /** Holds nothing open: does nothing. */
  @Override
  public void close() {}
}
