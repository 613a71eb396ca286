package io.headwater.testkit.state;

import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.Changelog;
import io.headwater.state.bytes.CorruptStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A changelog in memory with one transaction at a time, which an append begins and the test commits
 * or aborts. Each takes an offset, as a marker does. Safe for many readers beside one writer.
 */
public final class MemoryChangelog implements Changelog {
  private static final int SEGMENT_RECORDS = 100;
  private static final int POSITION_STEP = 64;

  private final Map<Integer, Slot> slots = new ConcurrentHashMap<>();
  private int end;
  private volatile long committedEnd;
  private int appends;
  private int forces;

  private static final class Slot {
    final @Nullable Change change;
    volatile boolean committed;

    Slot(@Nullable Change change) {
      this.change = change;
    }
  }

  @Override
  public String topic() {
    return "app-store-changelog";
  }

  @Override
  public int partition() {
    return 0;
  }

  @Override
  public synchronized void append(List<Change> changes, Places places) {
    appends++;
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      slots.put(end, new Slot(change));
      places.placed(i, segment(end), position(end), size(change));
      end++;
    }
  }

  /** Commits what was appended since the last commit or abort. */
  public synchronized void commit() {
    finish(true);
  }

  /** Aborts what was appended since the last commit or abort. */
  public synchronized void abort() {
    finish(false);
  }

  private void finish(boolean committed) {
    if (end == committedEnd) {
      return;
    }
    for (int offset = (int) committedEnd; offset < end; offset++) {
      slot(offset).committed = committed;
    }
    slots.put(end++, new Slot(null));
    committedEnd = end;
  }

  /** How many batches were appended. */
  public synchronized int appends() {
    return appends;
  }

  /** How many times all was forced. */
  public synchronized int forces() {
    return forces;
  }

  /** The changes that are committed, in order. */
  public List<Change> committedChanges() {
    var changes = new ArrayList<Change>();
    for (int offset = 0; offset < committedEnd; offset++) {
      Slot slot = slot(offset);
      if (slot.committed && slot.change != null) {
        changes.add(slot.change);
      }
    }
    return changes;
  }

  @Override
  public PlacedRecord read(long segmentBase, int position, int sizeBytes) {
    int offset = (int) segmentBase + position / POSITION_STEP;
    Slot slot = slots.get(offset);
    Change change = slot == null ? null : slot.change;
    if (change == null || size(change) != sizeBytes || position % POSITION_STEP != 0) {
      throw new CorruptStoreException(
          "%s-0: no record of %d bytes in segment %d at position %d"
              .formatted(topic(), sizeBytes, segmentBase, position));
    }
    byte[] value = change.value();
    return new PlacedRecord(change.key().clone(), value == null ? null : value.clone());
  }

  @Override
  public Replay replay(long fromOffset) {
    return new Cursor((int) fromOffset, (int) committedEnd);
  }

  @Override
  public long start() {
    return 0;
  }

  @Override
  public long committedEnd() {
    return committedEnd;
  }

  @Override
  public synchronized void force() {
    forces++;
  }

  private Slot slot(int offset) {
    return Objects.requireNonNull(slots.get(offset), "an offset within bounds has a slot");
  }

  private static long segment(int offset) {
    return (long) offset / SEGMENT_RECORDS * SEGMENT_RECORDS;
  }

  private static int position(int offset) {
    return offset % SEGMENT_RECORDS * POSITION_STEP;
  }

  private static int size(Change change) {
    byte[] value = change.value();
    return 8 + change.key().length + (value == null ? 0 : value.length);
  }

  private final class Cursor implements Replay {
    private final int end;
    private int nextOffset;
    private int offset = -1;

    Cursor(int from, int end) {
      nextOffset = from;
      this.end = end;
    }

    private Change change() {
      Change change = offset < 0 ? null : slot(offset).change;
      if (change == null) {
        throw new IllegalStateException("the replay is at no record");
      }
      return change;
    }

    @Override
    public boolean next() {
      while (nextOffset < end) {
        offset = nextOffset++;
        Slot slot = slot(offset);
        if (slot.committed && slot.change != null) {
          return true;
        }
      }
      offset = -1;
      return false;
    }

    @Override
    public byte[] key() {
      return change().key().clone();
    }

    @Override
    public byte @Nullable [] value() {
      byte[] value = change().value();
      return value == null ? null : value.clone();
    }

    @Override
    public boolean isTombstone() {
      return change().value() == null;
    }

    @Override
    public long timestampMs() {
      return change().timestampMs();
    }

    @Override
    public long segmentBase() {
      return segment(offset);
    }

    @Override
    public int position() {
      return MemoryChangelog.position(offset);
    }

    @Override
    public int sizeBytes() {
      return size(change());
    }

    @Override
    public long nextOffset() {
      return nextOffset;
    }
  }
}
