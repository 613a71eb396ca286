package io.headwater.state.bytes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies every change to the store, then logs it. In this order a log that refuses the change can
 * be retried: applying the same changes again changes nothing. A commit shows both together, or
 * neither.
 */
public final class LoggedStore implements ByteStore {
  private static final int RESTORE_BATCH_RECORDS = 1000;

  private final ByteStore inner;
  private final ChangelogBuffer buffer;

  private LoggedStore(ByteStore inner, ChangelogBuffer buffer) {
    this.inner = inner;
    this.buffer = buffer;
  }

  /**
   * Restores {@code inner}, which is empty, from all of the changelog, and logs its changes there.
   */
  public static LoggedStore open(ByteStore inner, Changelog changelog) {
    var replay = changelog.replay(changelog.start());
    var changes = new ArrayList<Change>();
    while (replay.next()) {
      changes.add(new Change(replay.key(), replay.value(), replay.timestampMs()));
      if (changes.size() == RESTORE_BATCH_RECORDS) {
        inner.apply(changes);
        changes.clear();
      }
    }
    inner.apply(changes);
    inner.flush();
    inner.commit();
    return new LoggedStore(inner, new ChangelogBuffer(changelog));
  }

  @Override
  public @Nullable StoredValue get(byte[] key) {
    return inner.get(key);
  }

  @Override
  public CloseableIterator<StoredEntry> scan(byte @Nullable [] from, byte @Nullable [] to) {
    return inner.scan(from, to);
  }

  @Override
  public CloseableIterator<StoredEntry> reverseScan(byte @Nullable [] from, byte @Nullable [] to) {
    return inner.reverseScan(from, to);
  }

  @Override
  public long approximateEntries() {
    return inner.approximateEntries();
  }

  @Override
  public void apply(List<Change> changes) {
    inner.apply(changes);
    for (Change change : changes) {
      buffer.add(change, null);
    }
  }

  @Override
  public void flush() {
    inner.flush();
    buffer.flush();
  }

  @Override
  public void commit() {
    buffer.ensureFlushed();
    inner.commit();
  }

  @Override
  public void abort() {
    buffer.clear();
    inner.abort();
  }

  @Override
  public ByteReader committed() {
    return inner.committed();
  }

  @Override
  public void close() {
    inner.close();
  }
}
