package io.headwater.state.bytes;

import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committed entries of a store, read where they lie in its changelog by way of an index on the
 * heap. It writes nothing, so it also serves to look at a store that another process owns. Entries
 * may be read by any thread; {@link #refresh} is for one.
 */
public final class ChangelogReader implements ByteReader {
  private static final Logger LOG = LoggerFactory.getLogger(ChangelogReader.class);

  private final Changelog changelog;
  private final KeyIndex index;
  private final ByteReader committed;
  private final long replayFrom;
  private volatile long nextOffset;

  private ChangelogReader(Changelog changelog, KeyIndex index, long replayFrom) {
    this.changelog = changelog;
    this.index = index;
    this.replayFrom = replayFrom;
    nextOffset = replayFrom;
    committed = index.committed(this::read);
  }

  /**
   * Indexes the changelog up to its committed end: from the snapshot in {@code indexFile}, if there
   * is a sound one, and the records after it; from all records otherwise.
   *
   * @throws CorruptStoreException if the snapshot is sound and the changelog lacks what it covers
   */
  public static ChangelogReader open(Changelog changelog, Storage storage, Path indexFile) {
    var index = new KeyIndex();
    var snapshot = new IndexSnapshot(storage, indexFile);
    long covered = -1;
    try {
      covered = snapshot.load(changelog, index);
    } catch (IndexSnapshot.UnusableException e) {
      LOG.warn(
          "The index of {}-{} is built again from the whole changelog: {}",
          changelog.topic(),
          changelog.partition(),
          e.getMessage());
      index = new KeyIndex();
    }
    var reader = new ChangelogReader(changelog, index, covered < 0 ? changelog.start() : covered);
    reader.refresh();
    return reader;
  }

  /** Indexes all of the changelog up to its committed end. */
  public static ChangelogReader open(Changelog changelog) {
    var reader = new ChangelogReader(changelog, new KeyIndex(), changelog.start());
    reader.refresh();
    return reader;
  }

  /** Takes in what has been committed since, and answers how many records that was. */
  public long refresh() {
    Changelog.Replay replay = changelog.replay(nextOffset);
    long records = 0;
    while (replay.next()) {
      Version version =
          replay.isTombstone()
              ? Version.DELETED
              : Version.at(
                  replay.timestampMs(),
                  replay.segmentBase(),
                  replay.position(),
                  replay.sizeBytes());
      index.put(replay.key(), version);
      records++;
    }
    index.commit();
    nextOffset = replay.nextOffset();
    return records;
  }

  /** The offset at which opening began to read records: the start, or where the snapshot ended. */
  public long replayFrom() {
    return replayFrom;
  }

  /** The offset up to which the changelog is indexed. */
  public long nextOffset() {
    return nextOffset;
  }

  KeyIndex index() {
    return index;
  }

  /** The bytes of a version, wherever they are; checks that the record found is one of that key. */
  byte[] read(byte[] key, Version version) {
    byte[] value = version.value();
    if (value != null) {
      return value.clone();
    }
    return read(changelog, key, version);
  }

  static byte[] read(Changelog changelog, byte[] key, Version version) {
    Changelog.PlacedRecord record =
        changelog.read(version.segmentBase(), version.position(), version.sizeBytes());
    byte[] value = record.value();
    if (value == null || !Arrays.equals(record.key(), key)) {
      throw new CorruptStoreException(
          ("%s-%d, segment %d, position %d: the index has the value of another key there than the"
                  + " changelog; delete the store's index file to have it built again")
              .formatted(
                  changelog.topic(),
                  changelog.partition(),
                  version.segmentBase(),
                  version.position()));
    }
    return value;
  }

  @Override
  public @Nullable StoredValue get(byte[] key) {
    return committed.get(key);
  }

  @Override
  public CloseableIterator<StoredEntry> scan(byte @Nullable [] from, byte @Nullable [] to) {
    return committed.scan(from, to);
  }

  @Override
  public CloseableIterator<StoredEntry> reverseScan(byte @Nullable [] from, byte @Nullable [] to) {
    return committed.reverseScan(from, to);
  }

  @Override
  public long approximateEntries() {
    return committed.approximateEntries();
  }
}
