package io.headwater.state.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries by key: open addressing, one writer, many readers that never wait. An entry stays at its
 * slot until the table is built anew, without the dead ones, because it is full; readers that still
 * hold the old table see in its entries what was committed when they came.
 */
final class EntryTable {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(IndexEntry[].class);
  private static final int CAPACITY_MIN = 16;

  private volatile @Nullable IndexEntry[] slots = new IndexEntry[CAPACITY_MIN];
  private int used;

  /** The entry of the key, or null if there is none. For any thread. */
  @Nullable IndexEntry find(byte[] key) {
    return find(key, KeyBytes.hash(key));
  }

  /** As {@link #find(byte[])}, of a key whose {@link KeyBytes#hash} is known. */
  @Nullable IndexEntry find(byte[] key, int hash) {
    @Nullable IndexEntry[] slots = this.slots;
    int mask = slots.length - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      var entry = (IndexEntry) SLOT.getAcquire(slots, i);
      if (entry == null) {
        return null;
      }
      if (entry.hash == hash && Arrays.equals(entry.key, key)) {
        return entry;
      }
    }
  }

  /** The entry of the key, made if there is none. For the writer. */
  IndexEntry findOrAdd(byte[] key) {
    @Nullable IndexEntry[] slots = this.slots;
    int hash = KeyBytes.hash(key);
    int mask = slots.length - 1;
    int i = hash & mask;
    for (; slots[i] != null; i = (i + 1) & mask) {
      IndexEntry entry = slots[i];
      if (entry.hash == hash && Arrays.equals(entry.key, key)) {
        return entry;
      }
    }
    var added = new IndexEntry(key, hash);
    if (isFull(used + 1, slots.length)) {
      rebuild(added);
    } else {
      SLOT.setRelease(slots, i, added);
      used++;
    }
    return added;
  }

  private static boolean isFull(int used, int capacity) {
    return used > capacity - capacity / 3;
  }

  private void rebuild(IndexEntry added) {
    int live = 1;
    for (IndexEntry entry : slots) {
      if (entry != null && !entry.isDead()) {
        live++;
      }
    }
    int capacity = CAPACITY_MIN;
    // Half full after a rebuild at most, so that the next one is as many insertions away.
    while (capacity / 2 < live) {
      capacity *= 2;
    }
    var larger = new @Nullable IndexEntry[capacity];
    for (IndexEntry entry : slots) {
      if (entry != null && !entry.isDead()) {
        insert(larger, entry);
      }
    }
    insert(larger, added);
    used = live;
    slots = larger;
  }

  private static void insert(@Nullable IndexEntry[] slots, IndexEntry entry) {
    int mask = slots.length - 1;
    int i = entry.hash & mask;
    while (slots[i] != null) {
      i = (i + 1) & mask;
    }
    slots[i] = entry;
  }
}
