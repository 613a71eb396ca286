package io.headwater.log.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.Seeds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunTest {
  private static final Path FOLDER = Path.of("orders-3");
  private static final Path FILE = RunHeader.path(FOLDER, 1_000, 7);
  private static final long FROM = 1_000;

  private final Storage storage = Storage.memory();

  @BeforeEach
  void createFolder() {
    storage.createDirectories(FOLDER);
  }

  /** A run with an entry for each offset from {@link #FROM} on, and the hashes in that order. */
  private Run write(int[] hashes) {
    var entries = new TreeSet<Long>();
    for (int i = 0; i < hashes.length; i++) {
      entries.add(Entries.of(hashes[i], i));
    }
    var range = new OffsetRange(FROM, FROM + Math.max(1, hashes.length));
    var writer = new RunWriter(storage, FILE, range, hashes.length);
    entries.forEach(writer::add);
    writer.finish(true);
    return Objects.requireNonNull(Run.open(storage, FILE, Long.MAX_VALUE)); // which checks blocks
  }

  /** The greatest offset below a bound of a hash that has the given offsets, by looking at each. */
  private static long lastBelow(int[] hashes, int hash, long below) {
    for (int i = (int) Math.min(hashes.length, below - FROM) - 1; i >= 0; i--) {
      if (hashes[i] == hash) {
        return FROM + i;
      }
    }
    return -1;
  }

  private static long[] from(int[] hashes, int hash, long from, int max) {
    long[] found = new long[max];
    int count = 0;
    for (int i = (int) Math.max(from - FROM, 0); i < hashes.length && count < max; i++) {
      if (hashes[i] == hash) {
        found[count++] = FROM + i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /**
   * Few distinct hashes make long stretches of taken slots; 0 and the highest hash are among them.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40, 1_000, 1_000_000})
  void findsWhatALookAtEachEntryFinds(int distinct) {
    long seed = Seeds.next();
    var random = new Random(seed);
    int[] known = new int[distinct];
    for (int i = 0; i < distinct; i++) {
      known[i] = random.nextInt() & Integer.MAX_VALUE;
    }
    known[random.nextInt(distinct)] = Integer.MAX_VALUE;
    known[random.nextInt(distinct)] = 0;
    for (int size : new int[] {0, 1, 2, 500, 3_000, 20_000}) {
      int[] hashes = random.ints(size, 0, distinct).map(i -> known[i]).toArray();
      Run run = write(hashes);
      for (int round = 0; round < 300; round++) {
        int hash =
            random.nextInt(4) == 0 || size == 0
                ? random.nextInt() & Integer.MAX_VALUE
                : hashes[random.nextInt(size)];
        long offset = FROM - 5 + random.nextInt(size + 10);
        String where = "seed %d, size %d, hash %d at %d".formatted(seed, size, hash, offset);
        long expected = lastBelow(hashes, hash, offset);
        assertThat(run.last(hash, offset)).as(where).isEqualTo(expected);
        assertThat(run.last(hash, Long.MAX_VALUE))
            .as(where)
            .isEqualTo(lastBelow(hashes, hash, Long.MAX_VALUE));
        long[] candidates = new long[1 + random.nextInt(40)];
        int count = run.next(hash, offset, Long.MAX_VALUE, candidates, 0);
        assertThat(Arrays.copyOf(candidates, count))
            .as(where)
            .isEqualTo(from(hashes, hash, offset, candidates.length));
        if (expected >= 0) {
          assertThat(Run.allows(run.filterWord(hash), hash)).as(where).isTrue();
        }
      }
      run.close();
    }
  }

  @Test
  void theFilterRulesOutAlmostAllHashesThatAreNotThere() {
    long seed = Seeds.next();
    var random = new Random(seed);
    int[] hashes = random.ints(200_000, 0, Integer.MAX_VALUE).toArray();
    Run run = write(hashes);
    int allowed = 0;
    for (int i = 0; i < 100_000; i++) {
      int hash = random.nextInt() & Integer.MAX_VALUE;
      allowed += Run.allows(run.filterWord(hash), hash) ? 1 : 0;
    }
    assertThat(allowed).as("seed %d", seed).isLessThan(4_000);
  }

  @Test
  void aCursorGivesTheEntriesOfItsOffsetsInOrder() {
    long seed = Seeds.next();
    int[] hashes = new Random(seed).ints(5_000, 0, 3_000).toArray();
    Run run = write(hashes);
    Run.Cursor cursor = run.cursor(new OffsetRange(FROM + 100, FROM + 4_000), FROM - 300);
    var found = new TreeSet<Long>();
    long before = -1;
    for (long entry = cursor.next(); entry != Long.MAX_VALUE; entry = cursor.next()) {
      assertThat(entry).as("seed %d", seed).isGreaterThan(before);
      found.add(entry);
      before = entry;
    }
    var expected = new TreeSet<Long>();
    for (int i = 100; i < 4_000; i++) {
      expected.add(Entries.of(hashes[i], 300 + i));
    }
    assertThat(found).as("seed %d", seed).isEqualTo(expected);
  }

  /**
   * Each bit of a small run. The file is then none, or the damage is found by whoever looks at the
   * block, or the bit is in a part of the header's block that nobody reads.
   */
  @Test
  void aFlippedBitIsFoundOrChangesNothing() {
    int[] hashes = new Random(1).ints(600, 0, 300).toArray();
    write(hashes).close();
    int none = 0;
    int damaged = 0;
    int step = Seeds.full() ? 1 : 13;
    try (StorageFile file = storage.open(FILE)) {
      byte[] bytes = new byte[(int) file.size()];
      assertThat(file.read(0, bytes, 0, bytes.length)).isEqualTo(bytes.length);
      for (int bit = 0; bit < bytes.length * 8; bit += step) {
        byte[] flipped = {(byte) (bytes[bit / 8] ^ (1 << (bit % 8)))};
        file.write(bit / 8, flipped, 0, 1);
        Run run = Run.open(storage, FILE, Long.MAX_VALUE);
        if (run == null) {
          none++;
        } else {
          boolean found = findsDamage(run, hashes);
          boolean unread = bit / 8 >= RunHeader.BYTES && bit / 8 < RunHeader.BLOCK_BYTES;
          assertThat(found).as("bit %d", bit).isEqualTo(!unread);
          damaged++;
        }
        file.write(bit / 8, bytes, bit / 8, 1);
      }
    }
    assertThat(none * step).isGreaterThan(RunHeader.BYTES * 8 - step);
    assertThat(damaged * step).isGreaterThan(3 * RunHeader.BLOCK_BYTES * 8);
  }

  /** Looks everything up; each answer must be right until the damage is found. */
  private static boolean findsDamage(Run run, int[] hashes) {
    DamagedRunException damage =
        catchThrowableOfType(
            DamagedRunException.class,
            () -> {
              for (int i = 0; i < hashes.length; i++) {
                assertThat(Run.allows(run.filterWord(hashes[i]), hashes[i])).isTrue();
                assertThat(run.last(hashes[i], FROM + i + 1)).isEqualTo(FROM + i);
              }
              Run.Cursor all = run.cursor(new OffsetRange(FROM, FROM + hashes.length), FROM);
              while (all.next() != Long.MAX_VALUE) {
                // every block
              }
            });
    return damage != null && damage.run() == run;
  }

  @Test
  void aFileThatIsShorterOrLongerThanItSaysIsNone() {
    write(new int[] {1, 2, 3}).close();
    try (StorageFile file = storage.open(FILE)) {
      file.write(file.size(), new byte[1], 0, 1);
      assertThat(open()).isNull();
      file.truncate(file.size() - 1);
      assertThat(open()).isNotNull();
      for (long size = file.size() - 1; size >= 0; size -= 7) {
        file.truncate(size);
        assertThat(open()).as("%d bytes", size).isNull();
      }
    }
  }

  /** Blocks that fit their checksums, but are not those that the header was written for. */
  @Test
  void aHeaderWithTheBlocksOfAnotherRunIsNone() {
    write(new int[] {1, 2, 3}).close();
    byte[] header = new byte[RunHeader.BYTES];
    try (StorageFile file = storage.open(FILE)) {
      file.read(0, header, 0, header.length);
    }
    write(new int[] {4, 5, 6}).close();
    try (StorageFile file = storage.open(FILE)) {
      file.write(0, header, 0, header.length);
    }
    assertThat(open()).isNull();
  }

  private @Nullable Run open() {
    return Run.open(storage, FILE, Long.MAX_VALUE);
  }

  @Test
  void aFileThatWasNotCompletedIsNone() {
    var writer = new RunWriter(storage, FILE, new OffsetRange(0, 100_000), 100_000);
    for (int i = 0; i < 100_000; i++) {
      writer.add(Entries.of(i * 20_000, i));
    }
    assertThat(open()).isNull();
  }
}
