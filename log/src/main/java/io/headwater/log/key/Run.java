package io.headwater.log.key;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.FileView;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An immutable file of entries, looked at through a {@link FileView}. A lookup touches a word of
 * the filter, and, if that does not rule the hash out, as a rule one line of memory of the slots.
 * Safe for many threads; nobody may use it once it is closed. Looking at a block for the first time
 * checks it.
 */
final class Run {
  /** Up to so many slots are looked at one by one before jumping. */
  private static final int NEAR_SLOTS = 16;

  private final Storage storage;
  private final Path path;
  private final RunHeader header;
  private final long limit;
  private final FileView view;
  private final ByteBuffer bytes;
  private final boolean[] checked; // of each block; a race makes it be checked twice
  private final int filterWords;
  private final int slots;
  private boolean forced = true; // guarded by the index's mergeLock
  private int dead; // guarded by this

  private Run(Storage storage, Path path, RunHeader header, long limit, FileView view) {
    this.storage = storage;
    this.path = path;
    this.header = header;
    this.limit = limit;
    this.view = view;
    bytes = view.bytes();
    checked = new boolean[header.checkedBlocks()];
    filterWords = header.filterBlocks() * RunHeader.BLOCK_WORDS;
    slots = header.slotBlocks() * RunHeader.BLOCK_WORDS;
    dead = header.dead();
  }

  /**
   * Opens a run; null if the file is none, or not whole, or has nothing below a limit.
   *
   * @param limit entries at or past it do not count
   */
  static @Nullable Run open(Storage storage, Path path, long limit) {
    RunHeader header;
    try (StorageFile file = storage.openReadOnly(path)) {
      byte[] start = new byte[RunHeader.BYTES];
      header = file.read(0, start, 0, start.length) < start.length ? null : RunHeader.parse(start);
      if (header == null || header.from() >= limit || header.fileBytes() != file.size()) {
        return null;
      }
    }
    FileView view = storage.view(path);
    if (view.bytes().capacity() == header.fileBytes()
        && crc(view.bytes(), header.tablePosition(), Integer.BYTES * header.checkedBlocks())
            == header.tableCrc()) {
      return new Run(storage, path, header, Math.min(limit, header.limit()), view);
    }
    view.close();
    return null;
  }

  private static int crc(ByteBuffer bytes, int position, int length) {
    var crc = new CRC32C();
    crc.update(bytes.slice(position, length));
    return (int) crc.getValue();
  }

  Path path() {
    return path;
  }

  Storage storage() {
    return storage;
  }

  RunHeader header() {
    return header;
  }

  /** The offset from which on its entries do not count. */
  long limit() {
    return limit;
  }

  /** Notes the limit in the file, durably. */
  void noteLimit() {
    try (StorageFile file = storage.open(path)) {
      writeHeader(file);
      file.force();
    }
  }

  /** Whether entries at its end do not count. */
  boolean isCut() {
    return limit < header.to();
  }

  /** Notes in the file how many entries are dead, if that has changed. */
  void noteDead() {
    if (dead() != header.dead()) {
      try (StorageFile file = storage.open(path)) {
        writeHeader(file);
      }
    }
  }

  private void writeHeader(StorageFile file) {
    byte[] start = header.with(limit, dead()).toBytes();
    file.write(0, start, 0, start.length);
  }

  /** Whether it would survive a power cut. Assumed of one that was found when opening. */
  boolean isForced() {
    return forced;
  }

  /** How many entries stand for deleted records, as far as that was told. */
  synchronized int dead() {
    return dead;
  }

  synchronized void addDead(long count) {
    dead = (int) Math.min(header.entries(), dead + count);
  }

  /** Tells that this process has just written it, and so need not check it. */
  void written(boolean isForced) {
    Arrays.fill(checked, true);
    forced = isForced;
  }

  // ---- looking up

  /** The word of the filter that tells whether the run can have a hash. */
  long filterWord(int hash) {
    return word(Entries.place(hash, filterWords));
  }

  /** Whether a word of the filter lets a hash be in the run. */
  static boolean allows(long filterWord, int hash) {
    long bits = filterBits(hash);
    return (filterWord & bits) == bits;
  }

  /**
   * The bits of a hash in its word of the filter: four, chosen by the highest bits of a product.
   *
   * <p>All bits of a key are in one word, so that a lookup touches one line of memory: a blocked
   * Bloom filter, see Putze, Sanders and Singler, Cache-, Hash- and Space-Efficient Bloom Filters,
   * 2007. With six keys a word about one in fifty absent ones is let through.
   */
  static long filterBits(int hash) {
    long product = hash * 0x9E3779B97F4A7C15L;
    return 1L << (product >>> 58)
        | 1L << (product >>> 52)
        | 1L << (product >>> 46)
        | 1L << (product >>> 40);
  }

  /** The slot at the home of a hash: reading it brings in what a search will look at. */
  long homeSlot(int hash) {
    return slot(Entries.place(hash, header.homes()));
  }

  /** The greatest candidate below an offset, or -1. Does not look at the filter. */
  long last(int hash, long below) {
    long bound = below - header.from();
    if (bound <= 0) {
      return -1;
    }
    int home = Entries.place(hash, header.homes());
    int at = search(home, Entries.of(hash, Math.min(bound, Entries.RANGE_MAX)));
    if (at == home) {
      return -1;
    }
    long entry = slot(at - 1);
    return Entries.hashOf(entry) == hash ? header.from() + Entries.relativeOffsetOf(entry) : -1;
  }

  /**
   * Puts the smallest candidates from {@code from} up to {@code to} into an array, rising, from
   * index {@code count} on, as many as there is room for. Returns the number of those in the array
   * then. Does not look at the filter.
   */
  int next(int hash, long from, long to, long[] candidates, int count) {
    long bound = Math.max(from - header.from(), 0);
    if (bound >= Entries.RANGE_MAX) {
      return count;
    }
    int size = count;
    int at = search(Entries.place(hash, header.homes()), Entries.of(hash, bound));
    for (; size < candidates.length; at++) {
      long entry = slot(at);
      long offset = header.from() + Entries.relativeOffsetOf(entry);
      if (entry == Entries.NONE || Entries.hashOf(entry) != hash || offset >= to) {
        break;
      }
      candidates[size++] = offset;
    }
    return size;
  }

  /**
   * The first slot from a home on whose entry is not before the given one, whose home it is, or
   * that has no entry. All slots between an entry and its home are taken, so what is past a free
   * one is not before it either.
   */
  private int search(int home, long entry) {
    int at = home;
    for (int i = 0; i < NEAR_SLOTS; i++) {
      if (!isBefore(at, entry)) {
        return at;
      }
      at++;
    }
    int step = NEAR_SLOTS;
    while (at + step < slots && isBefore(at + step, entry)) {
      at += step + 1;
      step *= 2;
    }
    int end = Math.min(at + step, slots - 1); // the last one is free
    while (at < end) {
      int middle = (at + end) >>> 1;
      if (isBefore(middle, entry)) {
        at = middle + 1;
      } else {
        end = middle;
      }
    }
    return at;
  }

  private boolean isBefore(int slot, long entry) {
    long found = slot(slot);
    return found < entry && found != Entries.NONE;
  }

  private long slot(int slot) {
    return word(filterWords + slot);
  }

  /** A word of the filter or, after those, a slot. */
  private long word(int index) {
    int block = index / RunHeader.BLOCK_WORDS;
    if (!checked[block]) {
      check(block);
    }
    return bytes.getLong(RunHeader.BLOCK_BYTES + index * Long.BYTES);
  }

  private void check(int block) {
    String fault = fault(block);
    if (!fault.isEmpty()) {
      throw new DamagedRunException(this, LogException.shortName(path) + ": " + fault);
    }
    checked[block] = true;
  }

  private String fault(int block) {
    int crc = crc(bytes, RunHeader.BLOCK_BYTES * (1 + block), RunHeader.BLOCK_BYTES);
    int expected = bytes.getInt(header.tablePosition() + Integer.BYTES * block);
    return crc == expected
        ? ""
        : "checksum of block %d is %08x but its bytes give %08x"
            .formatted(1 + block, expected, crc);
  }

  /**
   * What is wrong with a run's file, by its checksums; the empty string if nothing is, or if it is
   * one that was not finished, which counts for nothing.
   */
  static String fault(Storage storage, Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      byte[] start = new byte[RunHeader.BYTES];
      file.read(0, start, 0, start.length);
      if (Arrays.equals(start, new byte[RunHeader.BYTES])) {
        return "";
      }
    }
    Run run = open(storage, path, Long.MAX_VALUE);
    if (run == null) {
      return "its header, size and table of checksums do not fit each other";
    }
    try {
      String fault = "";
      for (int i = 0; i < run.header.checkedBlocks() && fault.isEmpty(); i++) {
        fault = run.fault(i);
      }
      return fault;
    } finally {
      run.close();
    }
  }

  // ---- merging

  /** The entries in their order, as another run has them. */
  final class Cursor {
    private final long from;
    private final long to;
    private final long shift;
    private final LongBuffer words = bytes.asLongBuffer();
    private final long[] block = new long[RunHeader.BLOCK_WORDS]; // the entries of a block
    private int count;
    private int next;
    private int nextBlock = header.filterBlocks();

    private Cursor(OffsetRange bounds, long otherFrom) {
      from = bounds.from() - header.from();
      to = Math.min(bounds.to() - header.from(), Entries.RANGE_MAX);
      shift = header.from() - otherFrom;
    }

    /** The next entry; {@link Long#MAX_VALUE} if there are no more. */
    long next() {
      while (next == count) {
        if (nextBlock == header.checkedBlocks()) {
          return Long.MAX_VALUE;
        }
        readBlock();
      }
      return block[next++];
    }

    private void readBlock() {
      if (!checked[nextBlock]) {
        check(nextBlock);
      }
      nextBlock++;
      words.get(nextBlock * RunHeader.BLOCK_WORDS, block); // blocks are counted without the first
      int size = 0;
      for (long entry : block) {
        block[size] = entry + shift;
        // Counts it by the signs of two differences, since a branch could not be foretold: a free
        // slot's offset is past all.
        long offset = Entries.relativeOffsetOf(entry);
        size += (int) (((offset - to) & (from - 1 - offset)) >>> 63);
      }
      count = size;
      next = 0;
    }
  }

  /**
   * Goes through the entries of some offsets.
   *
   * @param otherFrom the first offset of the run that they are for
   */
  Cursor cursor(OffsetRange bounds, long otherFrom) {
    return new Cursor(bounds, otherFrom);
  }

  /** Forces the file. */
  void force() {
    try (StorageFile file = storage.open(path)) {
      file.force();
    }
    forced = true;
  }

  void close() {
    view.close();
  }
}
