package io.headwater.log.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeyIndexTest {
  private static final Path FOLDER = Path.of("data", "orders-3");

  /** Nothing is done in the background: the test does the steps. */
  private static final Executor NEVER = task -> {};

  private static final Sizes SMALL = new Sizes(8, 4, 3, 12, 5, 20_000);

  private final KeyLog log = new KeyLog();
  private Storage storage = Storage.memory();

  @BeforeEach
  void createFolder() {
    storage.createDirectories(FOLDER);
  }

  private KeyIndex open(Sizes sizes) {
    return KeyIndex.open(storage, FOLDER, log.range(), log, NEVER, sizes);
  }

  private void append(KeyIndex index, long hash) {
    index.add(log.append(hash), hash);
  }

  private static void workToTheEnd(KeyIndex index) {
    while (index.doWork() > 0) {
      // one more
    }
  }

  private List<Path> files() {
    return storage.list(FOLDER).stream().filter(KeyIndex::isFile).toList();
  }

  /** How the hashes of a workload are chosen. */
  enum Hashes {
    /** Almost all different, all bits. */
    MANY,
    /** A few hundred, each often. */
    FEW,
    /** One. */
    ONE,
    /** Different ones that begin with one of 256 patterns, so that most candidates are wrong. */
    COLLIDING,
    /** Different ones that all begin alike. */
    ALL_COLLIDING;

    long of(Random random) {
      return switch (this) {
        case MANY -> random.nextLong();
        case FEW -> random.nextInt(300) * 0x9E3779B97F4A7C15L;
        case ONE -> 0x1234_5678_9abc_def0L;
        case COLLIDING -> ((long) random.nextInt(256) << 56) | random.nextInt(256);
        case ALL_COLLIDING -> 0x7fff_ffff_0000_0000L | random.nextInt(256);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersAsAListDoesWhateverIsAddedMergedDeletedAndReopened(Hashes hashes) {
    long first = Seeds.next();
    int seeds = Seeds.full() ? 100 : 3;
    int reopened = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      storage = Storage.memory();
      createFolder();
      var workload = new Workload(seed, storage, hashes);
      for (int step = 0; step < 800; step++) {
        workload.step(step);
      }
      reopened += workload.reopened;
      workload.index.close();
    }
    assertThat(reopened).as("seed %d and the next ones", first).isGreaterThan(2);
  }

  /** Random steps, and comparisons after some of them. */
  private static final class Workload {
    private final long seed;
    private final Random random;
    private final Storage storage;
    private final Hashes hashes;
    private final KeyLog log = new KeyLog();
    private final Sizes sizes;
    KeyIndex index;
    int reopened;

    Workload(long seed, Storage storage, Hashes hashes) {
      this.seed = seed;
      this.storage = storage;
      this.hashes = hashes;
      random = new Random(seed);
      sizes =
          new Sizes(
              1 << random.nextInt(6),
              1 << random.nextInt(5),
              1 + random.nextInt(4),
              2 + random.nextInt(20),
              1 + random.nextInt(50),
              1 << random.nextInt(20));
      index = open();
    }

    private KeyIndex open() {
      return KeyIndex.open(storage, FOLDER, log.range(), log, NEVER, sizes);
    }

    void step(int step) {
      String where = "seed %d, step %d, %s".formatted(seed, step, sizes);
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5 -> {
          long[] added = new long[1 + random.nextInt(60)];
          long base = log.end();
          for (int i = 0; i < added.length; i++) {
            added[i] = hashes.of(random);
            log.append(added[i]);
          }
          index.add(base, added, added.length);
        }
        case 6, 7 -> {
          long hash = hashes.of(random);
          index.add(log.append(hash), hash);
        }
        case 8 -> index.seal();
        case 9, 10, 11, 12, 13 -> {
          for (int i = random.nextInt(30); i > 0; i--) {
            index.doWork();
          }
        }
        case 14 -> deleteSome();
        case 15 -> {
          if (random.nextInt(4) == 0) {
            long newFirst = log.range().from() + random.nextInt(200) * (log.end() / 1000);
            log.dropBelow(Math.min(log.end(), newFirst));
            index.dropBelow(log.range().from());
          }
        }
        case 16 -> reopen(where);
        default -> log.compare(where, index, random);
      }
    }

    private void deleteSome() {
      long from = log.range().from() + (long) (random.nextDouble() * log.end());
      long to = Math.min(log.end(), from + random.nextInt(80));
      for (long offset = from; offset < to; offset++) {
        log.delete(offset);
      }
      if (from < to) {
        index.deleted(new OffsetRange(from, to));
      }
    }

    private void reopen(String where) {
      if (random.nextInt(4) > 0) {
        return;
      }
      reopened++;
      boolean closed = random.nextBoolean();
      if (closed) {
        index.close();
      }
      boolean cut = random.nextBoolean();
      if (cut) {
        log.cut(Math.max(log.range().from(), log.end() - random.nextInt(100)));
      }
      if (random.nextInt(3) == 0) {
        readOnly(where);
      }
      long scanned = log.scanned;
      index = open();
      if (closed) {
        assertThat(log.scanned).as(where).isEqualTo(scanned);
      }
      log.compare(where, index, random);
    }

    private void readOnly(String where) {
      List<Path> before = storage.list(FOLDER);
      try (KeyIndex reader =
          KeyIndex.openReadOnly(storage, FOLDER, log.range(), log, NEVER, sizes)) {
        log.compare(where, reader, random);
        workToTheEnd(reader);
        log.compare(where, reader, random);
      }
      assertThat(storage.list(FOLDER)).as(where).isEqualTo(before);
    }
  }

  @Test
  void anIndexThatWasClosedIsOpenedWithoutLookingAtTheLog() {
    KeyIndex index = open(SMALL);
    for (int i = 0; i < 1_000; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
    }
    index.close();
    KeyIndex again = open(SMALL);
    assertThat(log.scanned).isZero();
    log.compare("again", again, new Random(1));
    again.close();
  }

  @Test
  void whatWasOnlyInMemoryIsMadeAgainFromTheLog() {
    KeyIndex index = open(SMALL);
    for (int i = 0; i < 83; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
    }
    workToTheEnd(index);
    KeyIndex again = open(SMALL); // without closing the first, as after a kill
    assertThat(log.scanned).isEqualTo(3);
    log.compare("again", again, new Random(1));
  }

  /** As a crash after a merge leaves it, before what was merged is deleted. */
  @Test
  void aMergedRunCountsInPlaceOfThoseItWasMadeOf() {
    KeyIndex index = open(SMALL);
    for (int i = 0; i < 33; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
    }
    while (index.runCount() < 4) {
      index.doWork();
    }
    var before = new TreeMap<Path, byte[]>();
    for (Path file : files()) {
      try (StorageFile opened = storage.openReadOnly(file)) {
        byte[] bytes = new byte[(int) opened.size()];
        opened.read(0, bytes, 0, bytes.length);
        before.put(file, bytes);
      }
    }
    assertThat(before).hasSize(4);
    workToTheEnd(index);
    assertThat(files()).hasSize(1).doesNotContainAnyElementsOf(before.keySet());
    List<Path> merged = files();
    before.forEach(
        (file, bytes) -> {
          try (StorageFile opened = storage.create(file)) {
            opened.write(0, bytes, 0, bytes.length);
          }
        });
    KeyIndex again = open(SMALL);
    assertThat(log.scanned).isEqualTo(1);
    assertThat(files()).containsAll(merged).doesNotContainAnyElementsOf(before.keySet());
    log.compare("again", again, new Random(1));
  }

  @Test
  void anOldLogWithoutAnIndexGetsOneWhenItIsOpened() {
    for (int i = 0; i < 5_000; i++) {
      log.append((i % 1_000) * 0x9E3779B97F4A7C15L);
    }
    KeyIndex index = open(SMALL);
    assertThat(log.scanned).isEqualTo(5_000);
    assertThat(index.runCount()).isLessThanOrEqualTo(SMALL.runsMax());
    log.compare("built", index, new Random(1));
    index.close();
    open(SMALL).close();
    assertThat(log.scanned).isEqualTo(5_000);
  }

  @Test
  void tenThousandSmallRunsBecomeAFew() {
    KeyIndex index = open(Sizes.USUAL);
    int most = 0;
    for (int segment = 0; segment < 10_000; segment++) {
      append(index, segment * 0x9E3779B97F4A7C15L);
      index.seal();
      workToTheEnd(index);
      most = Math.max(most, index.runCount());
    }
    assertThat(most).isLessThan(12);
    assertThat(files()).hasSize(index.runCount());
    log.compare("merged", index, new Random(1));
    index.close();
  }

  @Test
  void theNumberOfRunsGrowsWithTheLogarithmOfTheirSize() {
    KeyIndex index = open(new Sizes(16, 16, 16, 64, 100, 1 << 20));
    int[] mostBy = new int[20];
    for (int i = 0; i < 40_000; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
      workToTheEnd(index);
      int doublings = 63 - Long.numberOfLeadingZeros(i + 1L);
      mostBy[doublings] = Math.max(mostBy[doublings], index.runCount());
    }
    for (int doublings = 4; doublings < 16; doublings++) {
      // three for each time the size grew fourfold since the first run, and one that is being made
      assertThat(mostBy[doublings]).isLessThanOrEqualTo(3 * ((doublings - 4) / 2 + 1) + 1);
    }
    index.close();
  }

  @Test
  void partsWaitInMemoryOnlyUpToANumber() {
    KeyIndex index = open(SMALL);
    for (int i = 0; i < 1_000; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
      int sealed = (i + 1) / SMALL.recentEntries() - SMALL.recentMax();
      assertThat(index.runCount()).isGreaterThanOrEqualTo(Math.min(sealed, 1));
    }
    assertThat(index.runCount()).isLessThanOrEqualTo(SMALL.runsMax());
    log.compare("without steps", index, new Random(1));
    index.close();
  }

  @Test
  void addingGoesOnWhileTheDiskIsFullAndNothingIsLeftOut() {
    var disk = new FaultyStorage(1);
    storage = disk;
    createFolder();
    KeyIndex index = open(SMALL);
    disk.full(true);
    for (int i = 0; i < 300; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
    }
    disk.full(false);
    assertThat(log.scanned).isZero();
    log.compare("after a full disk", index, new Random(1));
    assertThat(log.scanned).isGreaterThan(200);
    index.close();
  }

  @Test
  void halfOfARunDeletedMakesItBeMadeAgain() {
    KeyIndex index = open(Sizes.USUAL);
    for (int i = 0; i < 100_000; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
    }
    index.seal();
    workToTheEnd(index);
    long before = index.sizeBytes();
    for (long offset = 0; offset < 80_000; offset += 4) {
      log.delete(offset);
      log.delete(offset + 1);
      log.delete(offset + 2);
      index.deleted(new OffsetRange(offset, offset + 3));
    }
    workToTheEnd(index);
    assertThat(log.scanned).isBetween(16_000L, 40_000L);
    assertThat(index.sizeBytes()).isLessThan(before * 6 / 10);
    log.compare("after deleting", index, new Random(1));
    index.close();
  }

  @Test
  void howManyAreDeadIsRememberedOverAClose() {
    KeyIndex index = open(SMALL);
    for (int i = 0; i < 1_000; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
    }
    workToTheEnd(index);
    index.deleted(new OffsetRange(0, 300));
    index.close();
    index = open(SMALL);
    index.deleted(new OffsetRange(300, 520));
    workToTheEnd(index);
    assertThat(log.scanned).isGreaterThan(0);
    index.close();
  }

  @Test
  void runsBelowTheFirstOffsetAreDeletedAndALargeOneIsMadeSmaller() {
    KeyIndex index = open(SMALL);
    for (int i = 0; i < 2_000; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
    }
    index.seal();
    workToTheEnd(index);
    long before = index.sizeBytes();
    log.dropBelow(1_900);
    index.dropBelow(1_900);
    workToTheEnd(index);
    assertThat(index.sizeBytes()).isLessThan(before / 2);
    assertThat(files()).hasSize(index.runCount());
    assertThat(log.scanned).isZero();
    log.compare("after dropping", index, new Random(1));
    index.close();
  }

  @Test
  void aMergeOfRunsThatAreDroppedMeanwhileLeavesNothing() {
    KeyIndex index = open(SMALL);
    for (int i = 0; i < 41; i++) {
      append(index, i * 0x9E3779B97F4A7C15L);
    }
    for (int step = 0; step < 6; step++) {
      index.doWork(); // five runs, and a part of their merge
    }
    log.dropBelow(40);
    index.dropBelow(40);
    workToTheEnd(index);
    assertThat(files()).isEmpty();
    log.compare("after dropping", index, new Random(1));
    index.close();
  }

  @Test
  void aDamagedRunIsMadeAgainByWhoeverFindsIt() {
    long seed = Seeds.next();
    var random = new Random(seed);
    KeyIndex index = open(SMALL);
    for (int i = 0; i < 4_000; i++) {
      append(index, (i % 700) * 0x9E3779B97F4A7C15L);
    }
    workToTheEnd(index);
    index.close();
    int scans = 0;
    for (int round = 0; round < (Seeds.full() ? 2_000 : 100); round++) {
      Path damaged = files().get(random.nextInt(files().size()));
      try (StorageFile file = storage.open(damaged)) {
        byte[] one = new byte[1];
        long position = random.nextInt((int) file.size());
        file.read(position, one, 0, 1);
        one[0] ^= (byte) (1 << random.nextInt(8));
        file.write(position, one, 0, 1);
      }
      long scanned = log.scanned;
      index = open(SMALL);
      if (random.nextBoolean()) {
        workToTheEnd(index);
      }
      log.compare("seed %d, round %d".formatted(seed, round), index, random);
      scans += log.scanned > scanned ? 1 : 0;
      index.close();
    }
    assertThat(scans).as("seed %d", seed).isGreaterThan(10);
  }

  @Test
  void aFileThatSaysItIsARunButIsNoneIsDeleted() {
    Path foreign = FOLDER.resolve("00000000000000000000-0000000099.keyindex");
    try (StorageFile file = storage.create(foreign)) {
      file.write(0, new byte[10_000], 0, 10_000);
    }
    open(SMALL).close();
    assertThat(storage.exists(foreign)).isFalse();
  }

  @Test
  void deletingTheIndexLeavesOtherFiles() {
    KeyIndex index = open(SMALL);
    append(index, 1);
    index.close();
    storage.create(FOLDER.resolve("00000000000000000000.log")).close();
    assertThat(files()).hasSize(1);
    KeyIndex.delete(storage, FOLDER);
    assertThat(storage.list(FOLDER)).hasSize(1);
  }

  @Test
  void anOffsetBelowTheEndIsRefused() {
    KeyIndex index = open(SMALL);
    index.add(5, 1L);
    assertThatThrownBy(() -> index.add(5, 1L))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("offset 5 is below 6, the end of the index");
    assertThat(index.end()).isEqualTo(6);
    index.close();
  }

  @Test
  void aClosedIndexSaysSo() {
    KeyIndex index = open(SMALL);
    index.close();
    index.close();
    assertThatThrownBy(() -> index.last(1, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> index.next(1, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(index::end).isInstanceOf(IllegalStateException.class);
    assertThat(index.doWork()).isZero();
  }

  /** On a real disk, where touching a mapping that is gone would end the process. */
  @Test
  void readersFindAllThatWasAddedWhileRunsAreMadeMergedAndDropped(@TempDir Path temp)
      throws Exception {
    long seed = Seeds.next();
    var sizes = new Sizes(64, 16, 4, 20, 50, 1 << 20);
    int records = Seeds.full() ? 2_000_000 : 200_000;
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (KeyIndex index =
        KeyIndex.open(
            Storage.disk(),
            temp,
            new OffsetRange(0, 0),
            (from, to, sink) -> {
              throw new AssertionError("nothing is missing");
            },
            threads,
            sizes)) {
      var first = new AtomicLong();
      var readers = new ArrayList<Future<?>>();
      for (int reader = 0; reader < 2; reader++) {
        var random = new Random(seed + reader);
        readers.add(threads.submit(() -> read(seed, index, first, records, random)));
      }
      for (long offset = 0; offset < records; offset++) {
        index.add(offset, hashOf(offset));
        if (offset % 50_000 == 0) {
          first.set(offset / 2);
          index.dropBelow(offset / 2);
        }
      }
      for (Future<?> each : readers) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static long hashOf(long offset) {
    return offset * 0x9E3779B97F4A7C15L;
  }

  private static void read(
      long seed, KeyIndex index, AtomicLong first, long records, Random random) {
    long end = 0;
    long[] hashes = new long[20];
    long[] candidates = new long[20];
    while (end < records) {
      end = index.end();
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = hashOf((long) (random.nextDouble() * end));
      }
      index.lastOfEach(hashes, hashes.length, Long.MAX_VALUE, candidates);
      for (int i = 0; i < hashes.length; i++) {
        long offset = hashes[i] * 0xF1DE83E19937733DL; // the factor's inverse modulo 2^64
        boolean found =
            candidates[i] >= offset
                && index.last(hashes[i], offset + 1) == offset
                && index.next(hashes[i], offset) == offset;
        if (!found && offset < end && offset >= first.get()) {
          throw new AssertionError("seed %d: no offset %d of %d".formatted(seed, offset, end));
        }
      }
    }
  }
}
