package io.headwater.log.segment;

import io.headwater.log.record.RecordBatch;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares a segment's index files with its batches: each entry of {@code .index} has to lead to
 * the batch that it names, each of {@code .timeindex} to one that has that highest timestamp. A
 * file may cover less than there is. Entries of zeros at the end are space that Kafka reserved.
 */
final class IndexCheck {
  private final long baseOffset;
  private final List<IndexFault> faults = new ArrayList<>();
  private final Entries offsets;
  private final Entries times;
  private boolean afterDamage;

  /** The entries of a file, of which one after the other is compared. */
  private static final class Entries {
    final Path file;
    final int entryBytes;
    final ByteBuffer bytes;
    int at;

    Entries(Path file, int entryBytes, byte[] content) {
      this.file = file;
      this.entryBytes = entryBytes;
      int end = content.length - content.length % entryBytes;
      while (end > 0 && isZero(content, end - entryBytes)) {
        end -= entryBytes;
      }
      bytes = ByteBuffer.wrap(content, 0, end);
    }

    private boolean isZero(byte[] content, int from) {
      for (int i = from; i < from + entryBytes; i++) {
        if (content[i] != 0) {
          return false;
        }
      }
      return true;
    }

    boolean hasNext() {
      return at < bytes.limit();
    }

    long key() {
      return entryBytes == 8 ? bytes.getInt(at) : bytes.getLong(at);
    }

    int value() {
      return bytes.getInt(at + entryBytes - 4);
    }
  }

  private IndexCheck(Storage storage, Path offsetFile, Path timeFile, long baseOffset) {
    this.baseOffset = baseOffset;
    offsets = new Entries(offsetFile, 8, content(storage, offsetFile));
    times = new Entries(timeFile, 12, content(storage, timeFile));
  }

  /**
   * Looks for what is wrong.
   *
   * @param segment which has been examined
   * @param offsetsExpected whether {@code .index} must be there
   * @param timesExpected whether {@code .timeindex} must be there
   */
  static List<IndexFault> faults(
      Storage storage, Segment segment, boolean offsetsExpected, boolean timesExpected) {
    Path offsetFile = segment.path().resolveSibling(Segment.name(segment.baseOffset(), ".index"));
    Path timeFile = segment.path().resolveSibling(Segment.name(segment.baseOffset(), ".timeindex"));
    var check = new IndexCheck(storage, offsetFile, timeFile, segment.baseOffset());
    check.shape(storage, check.offsets, offsetsExpected);
    check.shape(storage, check.times, timesExpected);
    if (check.faults.isEmpty()) {
      check.compare(segment);
    }
    return check.faults;
  }

  private void shape(Storage storage, Entries entries, boolean expected) {
    if (!storage.exists(entries.file)) {
      if (expected) {
        faults.add(new IndexFault(entries.file, 0, 0, "the file is missing"));
      }
      return;
    }
    long size = content(storage, entries.file).length;
    long rest = size % entries.entryBytes;
    if (rest != 0) {
      String reason = "%d bytes are left, an entry has %d".formatted(rest, entries.entryBytes);
      faults.add(new IndexFault(entries.file, size - rest, size, reason));
    }
  }

  private void compare(Segment segment) {
    for (int start = 0, end; start < segment.size(); start = segment.endOfDamageAt(end)) {
      end = segment.readableEnd(start);
      afterDamage = start > 0;
      var walk = new HeaderWalk(segment.file(), start, end);
      for (RecordBatch batch = walk.next(false); batch != null; batch = walk.next(false)) {
        compare(batch, walk.position());
      }
    }
    if (segment.damages().isEmpty()) { // else they may lead to what is damaged at the end
      bad(offsets, "there is no such batch");
      bad(times, "there is no such offset");
    }
  }

  /** What leads into a damaged part cannot be compared. */
  private void skipDamaged(RecordBatch batch, int position) {
    while (offsets.hasNext() && offsets.value() < position) {
      offsets.at += offsets.entryBytes;
    }
    while (times.hasNext() && times.value() < batch.baseOffset() - baseOffset) {
      times.at += times.entryBytes;
    }
    afterDamage = false;
  }

  private void compare(RecordBatch batch, int position) {
    if (afterDamage) {
      skipDamaged(batch, position);
    }
    long last = batch.lastOffset() - baseOffset;
    if (offsets.hasNext() && offsets.value() <= position) {
      if (offsets.value() < position || offsets.key() != last) {
        bad(
            offsets,
            "a batch up to offset %d is at byte %d".formatted(batch.lastOffset(), position));
      } else {
        offsets.at += offsets.entryBytes;
      }
    }
    if (times.hasNext() && times.value() <= last) {
      if (times.key() != batch.maxTimestamp()) {
        bad(times, "its batch has the highest timestamp %d".formatted(batch.maxTimestamp()));
      } else {
        times.at += times.entryBytes;
      }
    }
  }

  /** Reports the entry that is next, if there is one, and leaves the rest of the file. */
  private void bad(Entries entries, String reason) {
    if (entries.hasNext()) {
      String entry = "entry %d, %d leads nowhere: ".formatted(entries.key(), entries.value());
      faults.add(
          new IndexFault(
              entries.file, entries.at, (long) entries.at + entries.entryBytes, entry + reason));
      entries.at = entries.bytes.limit();
    }
  }

  private static byte[] content(Storage storage, Path path) {
    if (!storage.exists(path)) {
      return new byte[0];
    }
    try (StorageFile file = storage.openReadOnly(path)) {
      byte[] bytes = new byte[(int) Math.min(file.size(), Integer.MAX_VALUE - 8)];
      int length = file.read(0, bytes, 0, bytes.length);
      return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
  }
}
