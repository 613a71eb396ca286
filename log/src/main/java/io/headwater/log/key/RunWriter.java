package io.headwater.log.key;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Writes a run, entry by entry in their order. The filter goes before the slots in the file and
 * both are written from their start to their end, through a buffer each; the header comes last.
 */
final class RunWriter {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int BUFFER_BLOCKS = 16;
  private static final int BUFFER_WORDS = BUFFER_BLOCKS * RunHeader.BLOCK_WORDS;
  private static final int ENTRIES_PER_FILTER_WORD = 6;

  private final Storage storage;
  private final Path path;
  private final OffsetRange range;
  private final StorageFile file;
  private final int filterBlocks;
  private final int filterWords;
  private final int homes;
  private final byte[] filter = new byte[BUFFER_BLOCKS * RunHeader.BLOCK_BYTES];
  private final byte[] slots = new byte[BUFFER_BLOCKS * RunHeader.BLOCK_BYTES];
  private final CRC32C crc = new CRC32C();

  private int[] crcs; // of the blocks
  private int filterStart; // word of the filter that its buffer starts with
  private int slotsStart; // slot that their buffer starts with
  private int nextSlot;
  private int entries;

  /**
   * Starts a file.
   *
   * @param entriesMax how many entries there will be at most: what the sizes are chosen by
   */
  RunWriter(Storage storage, Path path, OffsetRange range, int entriesMax) {
    this.storage = storage;
    this.path = path;
    this.range = range;
    filterBlocks = blocks(entriesMax / ENTRIES_PER_FILTER_WORD + 1);
    filterWords = filterBlocks * RunHeader.BLOCK_WORDS;
    homes = blocks(entriesMax + entriesMax / 3 + 1) * RunHeader.BLOCK_WORDS;
    crcs = new int[filterBlocks + homes / RunHeader.BLOCK_WORDS + 1];
    file = storage.create(path);
    boolean started = false;
    try {
      for (int block = 0; block < 1 + filterBlocks; block += BUFFER_BLOCKS) {
        int bytes = RunHeader.BLOCK_BYTES * Math.min(BUFFER_BLOCKS, 1 + filterBlocks - block);
        file.write((long) RunHeader.BLOCK_BYTES * block, filter, 0, bytes);
      }
      started = true;
    } finally {
      if (!started) {
        abandon();
      }
    }
    Arrays.fill(slots, (byte) -1);
  }

  private static int blocks(int words) {
    return (words + RunHeader.BLOCK_WORDS - 1) / RunHeader.BLOCK_WORDS;
  }

  /** Adds an entry after all others. */
  void add(long entry) {
    int hash = Entries.hashOf(entry);
    int word = Entries.place(hash, filterWords);
    while (word >= filterStart + BUFFER_WORDS) {
      flushFilter();
    }
    int wordPosition = (word - filterStart) * Long.BYTES;
    LONGS.set(filter, wordPosition, (long) LONGS.get(filter, wordPosition) | Run.filterBits(hash));

    int slot = Math.max(nextSlot, Entries.place(hash, homes));
    while (slot >= slotsStart + BUFFER_WORDS) {
      flushSlots(BUFFER_BLOCKS);
    }
    LONGS.set(slots, (slot - slotsStart) * Long.BYTES, entry);
    nextSlot = slot + 1;
    entries++;
  }

  private void flushFilter() {
    int firstBlock = filterStart / RunHeader.BLOCK_WORDS;
    int count = Math.min(BUFFER_BLOCKS, filterBlocks - firstBlock);
    write(filter, firstBlock, count);
    Arrays.fill(filter, (byte) 0);
    filterStart += BUFFER_WORDS;
  }

  private void flushSlots(int count) {
    write(slots, filterBlocks + slotsStart / RunHeader.BLOCK_WORDS, count);
    Arrays.fill(slots, (byte) -1);
    slotsStart += count * RunHeader.BLOCK_WORDS;
  }

  private void write(byte[] buffer, int firstBlock, int count) {
    if (firstBlock + count > crcs.length) {
      crcs = Arrays.copyOf(crcs, 2 * (firstBlock + count));
    }
    for (int i = 0; i < count; i++) {
      crc.reset();
      crc.update(buffer, i * RunHeader.BLOCK_BYTES, RunHeader.BLOCK_BYTES);
      crcs[firstBlock + i] = (int) crc.getValue();
    }
    long position = (long) RunHeader.BLOCK_BYTES * (1 + firstBlock);
    file.write(position, buffer, 0, count * RunHeader.BLOCK_BYTES);
  }

  /**
   * Completes the file and opens it as a run.
   *
   * @param force whether it is to survive a power cut from then on, its name included
   */
  Run finish(boolean force) {
    boolean finished = false;
    try {
      while (filterStart < filterWords) {
        flushFilter();
      }
      int slotCount = Math.max(homes, blocks(nextSlot + 1) * RunHeader.BLOCK_WORDS);
      while (slotsStart < slotCount) {
        flushSlots(Math.min(BUFFER_BLOCKS, (slotCount - slotsStart) / RunHeader.BLOCK_WORDS));
      }
      var header =
          new RunHeader(
              range.from(),
              range.to(),
              range.to(),
              entries,
              0,
              filterBlocks,
              slotCount / RunHeader.BLOCK_WORDS,
              homes,
              writeTable(filterBlocks + slotCount / RunHeader.BLOCK_WORDS));
      byte[] start = header.toBytes();
      file.write(0, start, 0, start.length);
      if (force) {
        file.force();
        storage.forceDirectory(Objects.requireNonNull(path.toAbsolutePath().getParent()));
      }
      file.close();
      Run run = Run.open(storage, path, range.to());
      if (run == null) {
        throw new LogException("%s: it is not what was written a moment ago".formatted(path));
      }
      run.written(force);
      finished = true;
      return run;
    } finally {
      if (!finished) {
        abandon();
      }
    }
  }

  /** Returns the table's own checksum. */
  private int writeTable(int count) {
    byte[] table = new byte[count * Integer.BYTES];
    for (int i = 0; i < count; i++) {
      INTS.set(table, i * Integer.BYTES, crcs[i]);
    }
    file.write((long) RunHeader.BLOCK_BYTES * (1 + count), table, 0, table.length);
    crc.reset();
    crc.update(table, 0, table.length);
    return (int) crc.getValue();
  }

  /** Closes the file and deletes it, as well as that can be done. */
  void abandon() {
    try {
      file.close();
      storage.delete(path);
    } catch (LogException e) {
      // A file without a header counts as none, and is deleted when the log is opened.
    }
  }
}
