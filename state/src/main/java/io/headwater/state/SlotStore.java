package io.headwater.state;

import io.headwater.state.bytes.ByteReader;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.task.TaskStore;

/** A typed store: hot keys in slots, all keys in bytes. What the layouts have in common. */
abstract class SlotStore<K, V> implements TaskStore {
  final StoreContext context;
  final ByteStore bytes;
  final SlotTable<K, V> slots;
  private final String name;
  private boolean open = true;

  SlotStore(String name, StoreContext context, ByteStore bytes, SlotTable<K, V> slots) {
    this.name = name;
    this.context = context;
    this.bytes = bytes;
    this.slots = slots;
  }

  final void ensureOpen() {
    if (!open) {
      throw new IllegalStateException("store " + name + " is closed");
    }
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final boolean isOpen() {
    return open;
  }

  @Override
  public final boolean persistent() {
    return bytes.persistent();
  }

  public final boolean cachingEnabled() {
    return slots.isCaching();
  }

  @Override
  public void flush() {
    ensureOpen();
    slots.flush();
    bytes.flush();
  }

  @Override
  public void commit() {
    ensureOpen();
    bytes.commit();
    slots.committed();
  }

  @Override
  public void abort() {
    ensureOpen();
    bytes.abort();
    slots.clear();
  }

  @Override
  public final boolean checkpointDue() {
    return bytes.checkpointDue();
  }

  @Override
  public final void checkpoint() {
    bytes.checkpoint();
  }

  @Override
  public final ByteReader committedBytes() {
    return bytes.committed();
  }

  @Override
  public final void close() {
    if (open) {
      open = false;
      slots.clear();
      bytes.close();
    }
  }

  @Override
  public final String toString() {
    return name;
  }
}
