package io.headwater.state.bytes;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store on the heap: empty when it is made, gone when it is closed. */
public final class HeapStore implements ByteStore {
  private final KeyIndex index = new KeyIndex();
  private final ByteReader owned = index.owned(HeapStore::copy);
  private final ByteReader committed = index.committed(HeapStore::copy);

  private static byte[] copy(byte[] key, Version version) {
    return Objects.requireNonNull(version.value(), "a version on the heap has its bytes").clone();
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
    for (Change change : changes) {
      byte[] value = change.value();
      index.put(
          change.key(), value == null ? Version.DELETED : Version.of(change.timestampMs(), value));
    }
  }

  /** There is no changelog: does nothing. */
  @Override
  public void flush() {}

  @Override
  public void commit() {
    index.commit();
  }

  @Override
  public void abort() {
    index.abort();
  }

  @Override
  public ByteReader committed() {
    return committed;
  }

  /** The heap needs no closing: does nothing. */
  @Override
  public void close() {}
}
