package io.headwater.state.bytes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a store in memory, each with its committed version and the owner's pending one: found
 * by hash, scanned in order.
 *
 * <p>One {@link IndexEntry} stands for a key in the table, in the sorted runs and among the
 * changes, so that a change costs one lookup in the table, and a commit publishes each changed
 * entry without another. Only keys that are new to the sorted runs cost more. Those of the open
 * transaction are put in order when the owner first scans.
 *
 * <p>The owner's thread changes the index; any thread reads what is committed, and never waits. A
 * reader that overtakes a commit sees of each key the version before or after.
 */
final class KeyIndex {
  private final EntryTable table = new EntryTable();
  private final List<IndexEntry> changed = new ArrayList<>();
  private volatile SortedRuns runs = SortedRuns.EMPTY;
  private volatile long entriesCommitted;

  /** How many keys have a value for the owner. */
  private long entriesOwned;

  /** The changed entries that no run has, in order; null until a scan needs them. */
  private @Nullable ConcurrentSkipListMap<byte[], IndexEntry> unordered;

  /**
   * The entries of the keys that have one. Looking for many of them before the first is put spares
   * waiting for memory: the processor has several lookups under way at once.
   */
  @Nullable IndexEntry[] find(List<Change> changes) {
    var hashes = new int[changes.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = KeyBytes.hash(changes.get(i).key());
    }
    var entries = new @Nullable IndexEntry[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      entries[i] = table.find(changes.get(i).key(), hashes[i]);
    }
    return entries;
  }

  /** Gives the key a version that the owner sees: a value, or {@link Version#DELETED}. */
  void put(byte[] key, Version version) {
    put(null, key, version);
  }

  /**
   * As {@link #put(byte[], Version)}.
   *
   * @param found what {@link #find} found
   */
  void put(@Nullable IndexEntry found, byte[] key, Version version) {
    // A dead entry may have been dropped from the table meanwhile.
    IndexEntry entry = found == null || found.isDead() ? table.findOrAdd(key) : found;
    entriesOwned += (version == Version.DELETED ? 0 : 1) - (entry.owned() == null ? 0 : 1);
    if (entry.pending == null) {
      changed.add(entry);
      if (unordered != null && !entry.inOrder) {
        unordered.put(entry.key, entry);
      }
    }
    entry.pending = version;
  }

  /** Publishes what was put since the last commit or abort. */
  void commit() {
    List<IndexEntry> added = List.of();
    for (IndexEntry entry : changed) {
      Version now = entry.owned();
      entry.pending = null;
      entry.committed = now;
      if (now != null && !entry.inOrder) {
        if (added.isEmpty()) {
          added = new ArrayList<>();
        }
        added.add(entry);
      }
    }
    changed.clear();
    unordered = null;
    runs = runs.with(added);
    entriesCommitted = entriesOwned;
  }

  /** Forgets what was put since the last commit. */
  void abort() {
    for (IndexEntry entry : changed) {
      entry.pending = null;
    }
    changed.clear();
    unordered = null;
    entriesOwned = entriesCommitted;
  }

  /** Whether something was put since the last commit or abort. */
  boolean isChanged() {
    return !changed.isEmpty();
  }

  /** How many keys have a committed value. For any thread. */
  long entriesCommitted() {
    return entriesCommitted;
  }

  /** A reader of what the owner sees, for its thread. */
  ByteReader owned(ValueReader values) {
    return new Reader(values, true);
  }

  /** A reader of what is committed, for any thread. */
  ByteReader committed(ValueReader values) {
    return new Reader(values, false);
  }

  /** Goes over the committed entries in the order of their keys. For any thread. */
  void forEachCommitted(Visitor visitor) {
    SortedRuns.Cursor cursor = runs.ascending(null, null);
    for (IndexEntry entry = cursor.peek(); entry != null; entry = cursor.peek()) {
      Version version = entry.committed;
      if (version != null) {
        visitor.visit(entry.key, version);
      }
      cursor.advance();
    }
  }

  /** Is shown a key and its committed version. */
  @FunctionalInterface
  interface Visitor {
    void visit(byte[] key, Version version);
  }

  /** Gets the bytes of a version, in an array of the caller's own. */
  @FunctionalInterface
  interface ValueReader {
    byte[] read(byte[] key, Version version);
  }

  private ConcurrentSkipListMap<byte[], IndexEntry> unordered() {
    var ordered = unordered;
    if (ordered == null) {
      ordered = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
      for (IndexEntry entry : changed) {
        if (!entry.inOrder) {
          ordered.put(entry.key, entry);
        }
      }
      unordered = ordered;
    }
    return ordered;
  }

  private final class Reader implements ByteReader {
    private final ValueReader values;
    private final boolean owner;

    Reader(ValueReader values, boolean owner) {
      this.values = values;
      this.owner = owner;
    }

    @Nullable Version version(IndexEntry entry) {
      return owner ? entry.owned() : entry.committed;
    }

    @Override
    public @Nullable StoredValue get(byte[] key) {
      IndexEntry entry = table.find(key);
      if (entry == null) {
        return null;
      }
      Version version = version(entry);
      return version == null
          ? null
          : new StoredValue(values.read(entry.key, version), version.timestampMs);
    }

    @Override
    public CloseableIterator<StoredEntry> scan(byte @Nullable [] from, byte @Nullable [] to) {
      return new Scan(this, from, to, true);
    }

    @Override
    public CloseableIterator<StoredEntry> reverseScan(
        byte @Nullable [] from, byte @Nullable [] to) {
      return new Scan(this, from, to, false);
    }

    @Override
    public long approximateEntries() {
      return owner ? entriesOwned : entriesCommitted;
    }
  }

  /** Merges the sorted runs with the owner's new keys, and leaves out entries without a value. */
  private final class Scan implements CloseableIterator<StoredEntry> {
    private final Reader reader;
    private final boolean ascending;
    private final SortedRuns.Cursor ordered;
    private final Iterator<IndexEntry> added;
    private @Nullable IndexEntry nextAdded;
    private @Nullable StoredEntry next;
    private boolean closed;

    Scan(Reader reader, byte @Nullable [] from, byte @Nullable [] to, boolean ascending) {
      this.reader = reader;
      this.ascending = ascending;
      ordered = ascending ? runs.ascending(from, to) : runs.descending(from, to);
      added = reader.owner ? addedWithin(from, to) : List.<IndexEntry>of().iterator();
      nextAdded = added.hasNext() ? added.next() : null;
      advance();
    }

    private Iterator<IndexEntry> addedWithin(byte @Nullable [] from, byte @Nullable [] to) {
      if (changed.isEmpty()
          || (from != null && to != null && Arrays.compareUnsigned(from, to) >= 0)) {
        return List.<IndexEntry>of().iterator();
      }
      var within = unordered();
      var map = from == null ? within : within.tailMap(from, true);
      map = to == null ? map : map.headMap(to, false);
      return (ascending ? map : map.descendingMap()).values().iterator();
    }

    private void advance() {
      next = null;
      for (IndexEntry entry = take(); entry != null; entry = take()) {
        Version version = reader.version(entry);
        if (version != null) {
          next = new FoundEntry(entry.key, version, reader.values);
          return;
        }
      }
    }

    private @Nullable IndexEntry take() {
      IndexEntry left = ordered.peek();
      IndexEntry right = nextAdded;
      if (right != null && (left == null || isBefore(right, left))) {
        nextAdded = added.hasNext() ? added.next() : null;
        return right;
      }
      if (left != null) {
        ordered.advance();
      }
      return left;
    }

    private boolean isBefore(IndexEntry entry, IndexEntry other) {
      int order = Arrays.compareUnsigned(entry.key, other.key);
      return ascending ? order < 0 : order > 0;
    }

    @Override
    public boolean hasNext() {
      ensureOpen();
      return next != null;
    }

    @Override
    public StoredEntry next() {
      ensureOpen();
      StoredEntry answer = next;
      if (answer == null) {
        throw new NoSuchElementException("the scan is at its end");
      }
      advance();
      return answer;
    }

    private void ensureOpen() {
      if (closed) {
        throw new IllegalStateException("the iterator is closed");
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record FoundEntry(byte[] indexedKey, Version version, ValueReader values)
      implements StoredEntry {
    @Override
    public byte[] key() {
      return indexedKey.clone();
    }

    @Override
    public byte[] value() {
      return values.read(indexedKey, version);
    }

    @Override
    public long timestampMs() {
      return version.timestampMs;
    }
  }
}
