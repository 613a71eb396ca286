package io.headwater.state;

import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.StoredValue;
import io.headwater.state.task.FlushListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The hot keys of a store, between its typed face and its bytes: objects that were read or set
 * lately, and those that wait for the next flush.
 *
 * <p>With caching, setting a key's value is a matter of its slot alone. The slot remembers the
 * value as of the last flush, so that the listener can be told both. A flush takes the waiting
 * slots in the order in which they first changed, some hundred at a time: it applies the last value
 * of each to the bytes, and then tells the listener of each; what the listener sets meanwhile joins
 * those that wait. A scan needs the changes in the bytes at once: {@link #write} applies them
 * early, and the listener still hears of them at the flush. Without caching each change is applied,
 * and told, as it is made.
 *
 * <p>Slots that wait for nothing can be dropped at any time. They are, those not used lately first,
 * when the memory budget is exceeded. An abort drops all slots.
 *
 * <p>The table is open addressing over slots. A key that cannot change is found by its own {@code
 * hashCode} and {@code equals}; any other by its bytes. One key stands for all of its type's equal
 * keys, so two equal keys must have the same bytes.
 */
final class SlotTable<K, V> {
  private static final int CAPACITY_MIN = 64;
  private static final int SLOT_OVERHEAD_BYTES = 96;
  private static final int VALUE_BYTES_GUESS = 32;

  /** So many slots are flushed at a time: what is made of them is garbage while it is young. */
  private static final int FLUSH_STEP = 256;

  /** So many new slots are let in between two looks at the budget. */
  private static final int ACCOUNTING_STEP = 256;

  private final ByteStore bytes;
  private final KeyForm<K> keyForm;
  private final Codec<V> values;
  private final boolean keysByObject;
  private final boolean valuesByObject;
  private final boolean caching;
  private final MemoryBudget memory;

  private @Nullable FlushListener<? super Slot<K, V>, V> listener;
  private boolean sendOldValues;

  private @Nullable Slot<K, V>[] slots = newSlots(CAPACITY_MIN);
  private int size;
  private long keyBytesTotal;

  /** Those that wait for a flush, after as many as the flush that is going on has done. */
  private final List<Slot<K, V>> waiting = new ArrayList<>();

  private int flushed;
  private long setSinceCommit;
  private long latestWindowStartMs = -1;

  private int addedSinceAccounting;
  private long valueBytesAverage = VALUE_BYTES_GUESS;
  private long usedCharged;
  private long uncommittedCharged;

  /** How a key, with a window or without, becomes bytes. */
  interface KeyForm<K> {
    byte[] bytes(K key, long windowStartMs);

    boolean isImmutable();
  }

  SlotTable(
      ByteStore bytes, KeyForm<K> keyForm, Codec<V> values, boolean caching, MemoryBudget memory) {
    this.bytes = bytes;
    this.keyForm = keyForm;
    this.values = values;
    this.caching = caching;
    this.memory = memory;
    keysByObject = keyForm.isImmutable();
    valuesByObject = values.isImmutable();
  }

  @SuppressWarnings("unchecked") // an array of slots is an array of slots of these types
  private static <K, V> @Nullable Slot<K, V>[] newSlots(int capacity) {
    return (Slot<K, V>[]) new Slot<?, ?>[capacity];
  }

  /** From now on tells the listener of each slot that a flush writes. */
  void setListener(FlushListener<? super Slot<K, V>, V> listener, boolean sendOldValues) {
    this.listener = listener;
    this.sendOldValues = sendOldValues;
  }

  boolean isCaching() {
    return caching;
  }

  /** Takes note of a window that is written without a slot. */
  void observe(long windowStartMs) {
    latestWindowStartMs = Math.max(latestWindowStartMs, windowStartMs);
  }

  /** The latest window that was set since the table was made or last cleared; -1 if none. */
  long latestWindowStartMs() {
    return latestWindowStartMs;
  }

  /** The slot of the key; its value is read when it is asked for. */
  Slot<K, V> slot(K key, long windowStartMs) {
    return keysByObject ? slotByObject(key, windowStartMs) : slotByBytes(key, windowStartMs);
  }

  private Slot<K, V> slotByObject(K key, long windowStartMs) {
    long mixed = (key.hashCode() + windowStartMs * 31) * 0x9E3779B97F4A7C15L;
    int hash = (int) (mixed >>> 32);
    @Nullable Slot<K, V>[] slots = this.slots;
    int mask = slots.length - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      Slot<K, V> slot = slots[i];
      if (slot == null) {
        return add(new Slot<>(this, key, windowStartMs, keyForm.bytes(key, windowStartMs), hash));
      }
      if (slot.hash == hash && slot.windowStartMs == windowStartMs && key.equals(slot.key)) {
        slot.flags |= Slot.USED;
        return slot;
      }
    }
  }

  private Slot<K, V> slotByBytes(K key, long windowStartMs) {
    byte[] keyBytes = keyForm.bytes(key, windowStartMs);
    int hash = (int) ((Arrays.hashCode(keyBytes) * 0x9E3779B97F4A7C15L) >>> 32);
    @Nullable Slot<K, V>[] slots = this.slots;
    int mask = slots.length - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      Slot<K, V> slot = slots[i];
      if (slot == null) {
        return add(new Slot<>(this, null, windowStartMs, keyBytes, hash));
      }
      if (slot.hash == hash && Arrays.equals(slot.keyBytes, keyBytes)) {
        slot.flags |= Slot.USED;
        return slot;
      }
    }
  }

  private Slot<K, V> add(Slot<K, V> slot) {
    if (++addedSinceAccounting >= ACCOUNTING_STEP) {
      makeRoom();
    }
    if (size >= slots.length / 2) {
      rebuild(slots.length * 2, kept -> true);
    }
    insert(slots, slot);
    size++;
    keyBytesTotal += slot.keyBytes.length;
    slot.flags |= Slot.USED;
    return slot;
  }

  private static <K, V> void insert(@Nullable Slot<K, V>[] slots, Slot<K, V> slot) {
    int mask = slots.length - 1;
    int i = slot.hash & mask;
    while (slots[i] != null) {
      i = (i + 1) & mask;
    }
    slots[i] = slot;
  }

  private void rebuild(int capacity, Predicate<Slot<K, V>> kept) {
    @Nullable Slot<K, V>[] before = slots;
    slots = newSlots(capacity);
    size = 0;
    keyBytesTotal = 0;
    for (Slot<K, V> slot : before) {
      if (slot != null && kept.test(slot)) {
        insert(slots, slot);
        size++;
        keyBytesTotal += slot.keyBytes.length;
      }
    }
  }

  /** The object that a slot's value stands for. */
  @SuppressWarnings("unchecked") // a slot has objects of this type, or their bytes
  @Nullable V object(@Nullable Object value) {
    if (value == null || valuesByObject) {
      return (V) value;
    }
    return values.decode(((byte[]) value).clone());
  }

  void load(Slot<K, V> slot) {
    StoredValue stored = bytes.get(slot.keyBytes);
    if (stored != null) {
      slot.value = fromBytes(stored.value());
      slot.timestampMs = stored.timestampMs();
    }
    slot.flags |= Slot.LOADED;
  }

  private Object fromBytes(byte[] stored) {
    noteValueBytes(stored.length);
    return valuesByObject ? values.decode(stored) : stored;
  }

  void set(Slot<K, V> slot, @Nullable V newValue, long timestampMs) {
    // Serialized first: a value that cannot be changes nothing.
    Object value = newValue == null || valuesByObject ? newValue : values.encode(newValue);
    observe(slot.windowStartMs);
    if (!caching && listener == null) {
      slot.value = value;
      slot.timestampMs = timestampMs;
      slot.flags |= Slot.LOADED;
      setSinceCommit++;
      bytes.apply(List.of(change(slot)));
      return;
    }
    int flags = slot.flags;
    if ((flags & Slot.WAITING) == 0) {
      if ((flags & Slot.LOADED) != 0) {
        slot.old = slot.value;
        flags |= Slot.OLD_KNOWN;
      }
      flags |= Slot.WAITING;
      waiting.add(slot);
      setSinceCommit++;
    }
    slot.value = value;
    slot.timestampMs = timestampMs;
    slot.flags = flags | Slot.LOADED | Slot.UNWRITTEN;
    if (!caching) {
      flush();
    }
  }

  /**
   * Applies what waits to the bytes, so that a scan of them has it; the listener is not told yet.
   */
  void write() {
    var changes = new ArrayList<Change>();
    for (Slot<K, V> slot : waiting.subList(flushed, waiting.size())) {
      if (slot.is(Slot.UNWRITTEN)) {
        learnOld(slot);
        changes.add(change(slot));
        slot.flags = (slot.flags & ~Slot.UNWRITTEN) | Slot.WRITTEN_EARLY;
      }
    }
    apply(changes);
  }

  /** Applies what waits to the bytes and tells the listener, until nothing waits any more. */
  void flush() {
    while (flushed < waiting.size()) {
      int to = Math.min(waiting.size(), flushed + FLUSH_STEP);
      List<Slot<K, V>> step = waiting.subList(flushed, to);
      var changes = new ArrayList<Change>(step.size());
      var told = new ArrayList<Told<K, V>>(listener == null ? 0 : step.size());
      for (Slot<K, V> slot : step) {
        prepare(slot, changes, told);
      }
      flushed = to;
      apply(changes);
      tell(told);
    }
    waiting.clear();
    flushed = 0;
  }

  private void prepare(Slot<K, V> slot, List<Change> changes, List<Told<K, V>> told) {
    if (sendOldValues || slot.value == null) {
      learnOld(slot);
    }
    boolean wasNothing = slot.is(Slot.OLD_KNOWN) && slot.old == null;
    boolean isNothing = slot.value == null && wasNothing && caching;
    if (slot.is(Slot.UNWRITTEN) && !(isNothing && !slot.is(Slot.WRITTEN_EARLY))) {
      changes.add(change(slot));
    }
    if (listener != null && !isNothing) {
      told.add(new Told<>(slot, slot.value, slot.old, slot.timestampMs));
    }
    slot.old = null;
    slot.flags &= ~(Slot.WAITING | Slot.UNWRITTEN | Slot.OLD_KNOWN | Slot.WRITTEN_EARLY);
  }

  private record Told<K, V>(
      Slot<K, V> slot, @Nullable Object value, @Nullable Object old, long timestampMs) {}

  /** Reads the value that the bytes still have, if there is a listener to be told of it. */
  private void learnOld(Slot<K, V> slot) {
    if (listener == null || slot.is(Slot.OLD_KNOWN)) {
      return;
    }
    StoredValue stored = bytes.get(slot.keyBytes);
    slot.old = stored == null ? null : fromBytes(stored.value());
    slot.flags |= Slot.OLD_KNOWN;
  }

  private void tell(List<Told<K, V>> told) {
    FlushListener<? super Slot<K, V>, V> listener = this.listener;
    if (listener == null) {
      return;
    }
    for (Told<K, V> each : told) {
      listener.flushed(
          each.slot, object(each.value), sendOldValues ? object(each.old) : null, each.timestampMs);
    }
  }

  @SuppressWarnings("unchecked") // a slot has objects of this type, or their bytes
  private Change change(Slot<K, V> slot) {
    byte[] value;
    if (slot.value == null) {
      value = null;
    } else if (valuesByObject) {
      value = values.encode((V) slot.value);
      noteValueBytes(value.length);
    } else {
      value = (byte[]) slot.value;
    }
    return new Change(slot.keyBytes, value, slot.timestampMs);
  }

  private void apply(List<Change> changes) {
    if (!changes.isEmpty()) {
      bytes.apply(changes);
    }
  }

  /** Drops slots of windows that have expired and wait for nothing. */
  void dropWindows(LongPredicate expired) {
    rebuild(slots.length, slot -> slot.is(Slot.WAITING) || !expired.test(slot.windowStartMs));
    account();
  }

  /** The bytes below are committed. */
  void committed() {
    setSinceCommit = 0;
    account();
    if (memory.exceeded()) {
      makeRoom();
    }
  }

  /** Forgets everything: the bytes below have gone back to the last commit. */
  void clear() {
    slots = newSlots(CAPACITY_MIN);
    size = 0;
    keyBytesTotal = 0;
    waiting.clear();
    flushed = 0;
    setSinceCommit = 0;
    latestWindowStartMs = -1;
    account();
  }

  private void noteValueBytes(int length) {
    // A moving average over about 16 values, rounded up so that it does not stick below them.
    valueBytesAverage += (length - valueBytesAverage + 15) >> 4;
  }

  private void account() {
    addedSinceAccounting = 0;
    long each = SLOT_OVERHEAD_BYTES + 2 * valueBytesAverage;
    long used = size * each + 2 * keyBytesTotal;
    long uncommitted =
        size == 0 ? 0 : Math.min(size, setSinceCommit) * (each + 2 * keyBytesTotal / size);
    memory.charge(used - usedCharged, uncommitted - uncommittedCharged);
    usedCharged = used;
    uncommittedCharged = uncommitted;
  }

  /** Accounts for what is held and drops slots while the budget is exceeded. */
  private void makeRoom() {
    account();
    if (!memory.exceeded()) {
      return;
    }
    if (listener == null) {
      // Nobody has to hear of these slots: written, they can go too.
      flush();
    }
    int goal = size / 2;
    if (waiting.size() - flushed > goal) {
      return;
    }
    rebuild(slots.length, slot -> slot.is(Slot.WAITING) || slot.is(Slot.USED));
    if (size > goal) {
      // All were in use: the half of them that comes first in the table goes.
      int[] left = {size - goal};
      rebuild(slots.length, slot -> slot.is(Slot.WAITING) || left[0]-- <= 0);
    }
    int capacity = CAPACITY_MIN;
    while (capacity / 2 <= size) {
      capacity *= 2;
    }
    rebuild(
        capacity,
        slot -> {
          slot.flags &= ~Slot.USED;
          return true;
        });
    account();
  }
}
