package io.headwater.log.segment;

import io.headwater.log.OffsetRange;
import io.headwater.log.OffsetSet;
import io.headwater.log.record.BatchFilter;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a segment that no longer grows anew, beside itself, without some of its records. It only
 * writes the new file, named {@code .cleaned}, and forces it: its owner renames it over the old
 * one, so that at any moment there is the one or the other. A {@code .cleaned} file that is found
 * later is a leftover of a crash.
 *
 * <p>As Kafka's log cleaner does, batches keep their base and last offsets. A batch without records
 * goes, unless it is the last in the segment that tells a producer's sequence number: its header
 * stays. Control batches stay. Bytes that need no change are copied unseen.
 *
 * <p>A batch that is damaged is no obstacle: it goes if all offsets that it may have are unwanted,
 * which count as removed then, and else is copied as it is, to be found again by who reads it.
 */
public final class SegmentRewrite {
  private static final String SUFFIX = ".cleaned";
  private static final int COPY_BYTES = 256 << 10;
  private static final long NONE = Long.MAX_VALUE;

  private final Storage storage;
  private final Segment segment;
  private final List<OffsetRange> unwanted;
  private final OffsetSet.Builder removed = OffsetSet.builder();
  private final BatchFilter filter = new BatchFilter();
  private int nextUnwanted;
  private @Nullable StorageFile target;
  private byte[] buffer = {};
  private int copiedTo;
  private int size;
  private boolean changed;

  private SegmentRewrite(Storage storage, Segment segment, List<OffsetRange> unwanted) {
    this.storage = storage;
    this.segment = segment;
    this.unwanted = unwanted;
  }

  /**
   * Writes the new file, unless the segment has none of the offsets, or nothing else.
   *
   * @throws CorruptLogException if the file becomes shorter meanwhile
   */
  public static SegmentRewrite without(Storage storage, Segment segment, OffsetSet offsets) {
    var mine = new OffsetRange(segment.baseOffset(), segment.nextOffset());
    var rewrite = new SegmentRewrite(storage, segment, offsets.within(mine).ranges());
    if (rewrite.unwanted.isEmpty()) {
      return rewrite;
    }
    boolean done = false;
    try {
      rewrite.run();
      done = true;
      return rewrite;
    } finally {
      if (!done) {
        rewrite.giveUp();
      }
    }
  }

  /** Whether a file is of a rewriting; if none is going on, one that a crash ended. */
  public static boolean isLeftover(Path file) {
    return String.valueOf(file.getFileName()).endsWith(SUFFIX);
  }

  /** The offsets of the records that are left out. */
  public OffsetSet removed() {
    return removed.build();
  }

  /** The size of the new file, in bytes; 0 if there is none, because all of it goes or nothing. */
  public int sizeInBytes() {
    return size;
  }

  /** The new file. */
  public Path path() {
    String name = String.valueOf(segment.path().getFileName());
    return segment.path().resolveSibling(name + SUFFIX);
  }

  private void run() {
    int start = startOf(unwanted.get(0).from());
    while (start < segment.size()) {
      int end = segment.readableEnd(start);
      long expected = -1;
      var walk = new HeaderWalk(segment.file(), start, end);
      RecordBatch batch = walk.next(false);
      while (batch != null && unwantedFrom(batch.baseOffset()) != NONE) {
        if (unwantedFrom(batch.baseOffset()) <= batch.lastOffset()
            && batch.count() > 0
            && !batch.isControl()) {
          take(batch, walk.position());
        }
        expected = batch.nextOffset();
        batch = walk.next(false);
      }
      Damage damage = batch == null ? damageAfter(walk, end, expected) : null;
      if (damage == null) {
        break;
      }
      takeDamaged(damage);
      start = (int) Math.min(damage.to(), segment.size());
    }
    if (changed) {
      copyUpTo(segment.size());
    }
    if (target != null) {
      target.force();
      target.close();
    }
  }

  private int startOf(long offset) {
    Damage damage = segment.damageOf(offset);
    return damage == null ? segment.startOf(offset) : (int) damage.from();
  }

  /** What ended a walk up to a position; null if it is the end of the segment. */
  private @Nullable Damage damageAfter(HeaderWalk walk, int end, long expected) {
    Fault fault = walk.fault();
    if (fault == null) {
      return segment.damageAt(end);
    }
    if (walk.isTooShort()) {
      throw new CorruptLogException(segment.path(), fault.position(), fault.reason());
    }
    return segment.noteDamage(fault, expected);
  }

  /** The lowest unwanted offset at or after one; to be asked for rising ones. */
  private long unwantedFrom(long offset) {
    while (nextUnwanted < unwanted.size() && unwanted.get(nextUnwanted).to() <= offset) {
      nextUnwanted++;
    }
    return nextUnwanted == unwanted.size()
        ? NONE
        : Math.max(offset, unwanted.get(nextUnwanted).from());
  }

  private void take(RecordBatch batch, int position) {
    var offsets = new OffsetRange(batch.baseOffset(), batch.nextOffset());
    boolean all = isUnwanted(offsets);
    boolean readable = true;
    if (all && batch.count() == offsets.size()) {
      removed.add(offsets);
      filter.empty(batch);
    } else {
      try {
        if (!filterRecords(batch, position)) {
          return;
        }
      } catch (CorruptLogException e) {
        if (!all) {
          return; // it stays as it is
        }
        readable = false;
        removed.add(offsets);
      }
    }
    leaveOut(position, position + batch.sizeInBytes());
    if (readable
        && (filter.count() > 0
            || (batch.baseSequence() >= 0 && isLastOfProducer(batch, copiedTo)))) {
      write(filter.array(), filter.sizeInBytes());
    }
  }

  private void takeDamaged(Damage damage) {
    if (damage.offsets().size() > 0 && isUnwanted(damage.offsets())) {
      removed.add(damage.offsets());
      leaveOut((int) damage.from(), (int) Math.min(damage.to(), segment.size()));
    }
  }

  private boolean isUnwanted(OffsetRange offsets) {
    return unwantedFrom(offsets.from()) == offsets.from()
        && unwanted.get(nextUnwanted).to() >= offsets.to();
  }

  private void leaveOut(int from, int to) {
    changed = true;
    copyUpTo(from);
    copiedTo = to;
  }

  private boolean filterRecords(RecordBatch batch, int position) {
    int bytes = batch.sizeInBytes();
    byte[] whole = room(bytes);
    segment.readAt(position, whole, 0, bytes);
    OffsetSet.Builder ofBatch = OffsetSet.builder();
    boolean any =
        filter.filter(
            whole,
            0,
            bytes,
            segment.path(),
            position,
            offset -> unwantedFrom(offset) == offset,
            ofBatch::add);
    removed.add(ofBatch.build());
    return any;
  }

  private boolean isLastOfProducer(RecordBatch batch, int end) {
    long producerId = batch.producerId();
    var walk = new HeaderWalk(segment.file(), end, segment.size());
    for (RecordBatch later = walk.next(false); later != null; later = walk.next(false)) {
      if (later.producerId() == producerId && later.baseSequence() >= 0) {
        return false;
      }
    }
    return true;
  }

  private void copyUpTo(int end) {
    for (int at = copiedTo; at < end; ) {
      int length = Math.min(end - at, COPY_BYTES);
      byte[] chunk = room(length);
      segment.readAt(at, chunk, 0, length);
      write(chunk, length);
      at += length;
    }
    copiedTo = end;
  }

  private void write(byte[] bytes, int length) {
    output().write(size, bytes, 0, length);
    size += length;
  }

  private StorageFile output() {
    StorageFile opened = target;
    if (opened == null) {
      opened = storage.create(path());
      target = opened;
    }
    return opened;
  }

  private byte[] room(int bytes) {
    if (buffer.length < bytes) {
      buffer = new byte[Math.max(bytes, Math.min(COPY_BYTES, segment.size()))];
    }
    return buffer;
  }

  /** Nothing but space is lost if this fails: the next opening tidies up. */
  private void giveUp() {
    try {
      if (target != null) {
        target.close();
        storage.delete(path());
      }
    } catch (LogException e) {
      // What made it give up is being thrown, and says more.
    }
  }
}
