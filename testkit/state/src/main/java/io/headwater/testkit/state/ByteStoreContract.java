package io.headwater.testkit.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.state.bytes.ByteReader;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.CloseableIterator;
import io.headwater.state.bytes.StoredEntry;
import io.headwater.state.bytes.StoredValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a {@link ByteStore} promises. A subclass says how to open one and, where the store writes a
 * changelog, how its owner's transaction ends.
 *
 * <p>The random test prints its seed; {@code -Dheadwater.tests.seed} replays one, and {@code
 * -Dheadwater.tests.full=true} runs more of them.
 */
public abstract class ByteStoreContract {
  private ByteStore store;

  /** Opens the store: empty the first time, and then with what was committed, if it is durable. */
  protected abstract ByteStore open();

  /** Commits the owner's transaction, as it happens between a flush and a commit of the store. */
  protected void commitTransaction() {}

  /** Aborts the owner's transaction, as it happens before an abort of the store. */
  protected void abortTransaction() {}

  /** Whether a store that is opened again has what was committed. */
  protected boolean isDurable() {
    return true;
  }

  @BeforeEach
  final void openStore() {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  private void commit() {
    store.flush();
    commitTransaction();
    store.commit();
  }

  private void abort() {
    abortTransaction();
    store.abort();
  }

  private void reopen() {
    store.close();
    abortTransaction();
    store = open();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Change put(String key, String value) {
    return new Change(bytes(key), bytes(value), 0);
  }

  private static Change delete(String key) {
    return new Change(bytes(key), null, 0);
  }

  private static @Nullable String get(ByteReader reader, String key) {
    StoredValue stored = reader.get(bytes(key));
    return stored == null ? null : new String(stored.value(), UTF_8);
  }

  private static List<String> drain(CloseableIterator<StoredEntry> scan) {
    var found = new ArrayList<String>();
    try (scan) {
      while (scan.hasNext()) {
        StoredEntry entry = scan.next();
        found.add(new String(entry.key(), UTF_8) + "=" + new String(entry.value(), UTF_8));
      }
    }
    return found;
  }

  private static List<String> all(ByteReader reader) {
    return drain(reader.scan(null, null));
  }

  @Test
  void anAbsentKeyHasNoValue() {
    assertThat(store.get(bytes("a"))).isNull();
    assertThat(all(store)).isEmpty();
    assertThat(all(store.committed())).isEmpty();
  }

  @Test
  void theOwnerReadsItsChangesAtOnceAndOthersAfterTheCommit() {
    store.apply(List.of(put("a", "1")));

    assertThat(get(store, "a")).isEqualTo("1");
    assertThat(all(store)).containsExactly("a=1");
    assertThat(get(store.committed(), "a")).isNull();
    assertThat(all(store.committed())).isEmpty();

    commit();

    assertThat(get(store.committed(), "a")).isEqualTo("1");
    assertThat(all(store.committed())).containsExactly("a=1");
    assertThat(get(store, "a")).isEqualTo("1");
  }

  @Test
  void aFlushShowsNothingToOthers() {
    store.apply(List.of(put("a", "1")));
    commit();
    store.apply(List.of(put("a", "2"), put("b", "1")));
    store.flush();

    assertThat(all(store)).containsExactly("a=2", "b=1");
    assertThat(all(store.committed())).containsExactly("a=1");
  }

  @Test
  void anAbortDropsWhatWasAppliedSinceTheLastCommit() {
    store.apply(List.of(put("a", "1"), put("b", "1")));
    commit();
    store.apply(List.of(put("a", "2"), delete("b")));
    store.flush();
    store.apply(List.of(put("c", "1")));

    abort();

    assertThat(all(store)).containsExactly("a=1", "b=1");
    assertThat(all(store.committed())).containsExactly("a=1", "b=1");
    assertThat(get(store, "c")).isNull();
    store.apply(List.of(put("c", "2")));
    commit();
    assertThat(all(store.committed())).containsExactly("a=1", "b=1", "c=2");
  }

  @Test
  void ofSeveralChangesOfAKeyTheLastOneWins() {
    store.apply(List.of(put("a", "1"), delete("a"), put("a", "3"), put("b", "1"), delete("b")));

    assertThat(all(store)).containsExactly("a=3");
    commit();
    assertThat(all(store.committed())).containsExactly("a=3");
  }

  @Test
  void aDeletedKeyCanBePutAgain() {
    store.apply(List.of(put("a", "1"), put("b", "1")));
    commit();
    store.apply(List.of(delete("a")));
    commit();
    assertThat(get(store, "a")).isNull();
    assertThat(all(store.committed())).containsExactly("b=1");

    store.apply(List.of(put("a", "2")));
    commit();

    assertThat(all(store.committed())).containsExactly("a=2", "b=1");
  }

  @Test
  void deletingAnAbsentKeyIsNoError() {
    store.apply(List.of(delete("a")));
    commit();

    assertThat(all(store.committed())).isEmpty();
  }

  @Test
  void anEmptyValueIsAValueAndAnEmptyKeyIsAKey() {
    store.apply(List.of(put("", "empty key"), put("a", "")));
    commit();

    assertThat(all(store.committed())).containsExactly("=empty key", "a=");
    assertThat(get(store, "")).isEqualTo("empty key");
    assertThat(get(store, "a")).isEmpty();
  }

  @Test
  void aValueKeepsItsTimestamp() {
    store.apply(
        List.of(new Change(bytes("a"), bytes("1"), 42), new Change(bytes("b"), bytes("1"), -1)));
    commit();

    StoredValue stored = Objects.requireNonNull(store.get(bytes("a")));
    assertThat(stored.timestampMs()).isEqualTo(42);
    try (var scan = store.committed().scan(null, null)) {
      assertThat(scan.next().timestampMs()).isEqualTo(42);
      assertThat(scan.next().timestampMs()).isEqualTo(-1);
    }
  }

  @Test
  void keysAreOrderedAsUnsignedBytesAndAPrefixComesFirst() {
    byte[][] ascending = {
      {},
      {0},
      {0, 0},
      {0, 0, 0, 0, 0, 0, 0, 0},
      {0, 0, 0, 0, 0, 0, 0, 0, 0},
      {0, 1},
      {1},
      {127},
      {127, -1},
      {-128},
      {-1},
      {-1, 0},
      {-1, -1}
    };
    var shuffled = new ArrayList<>(Arrays.asList(ascending));
    Collections.shuffle(shuffled, new Random(1));
    for (byte[] key : shuffled) {
      store.apply(List.of(new Change(key, new byte[0], 0)));
      if (key.length % 2 == 0) {
        commit();
      }
    }

    var found = new ArrayList<byte[]>();
    try (var scan = store.scan(null, null)) {
      scan.forEachRemaining(entry -> found.add(entry.key()));
    }
    assertThat(found).usingElementComparator(Arrays::compareUnsigned).containsExactly(ascending);
  }

  @Test
  void aScanHasItsFirstBoundAndNotItsLast() {
    store.apply(List.of(put("a", "1"), put("b", "2")));
    commit();
    store.apply(List.of(put("c", "3"), put("bb", "4")));

    assertThat(drain(store.scan(bytes("a"), bytes("c")))).containsExactly("a=1", "b=2", "bb=4");
    assertThat(drain(store.scan(bytes("b"), null))).containsExactly("b=2", "bb=4", "c=3");
    assertThat(drain(store.scan(null, bytes("b")))).containsExactly("a=1");
    assertThat(drain(store.reverseScan(bytes("a"), bytes("c"))))
        .containsExactly("bb=4", "b=2", "a=1");
    assertThat(drain(store.reverseScan(bytes("b"), null))).containsExactly("c=3", "bb=4", "b=2");
    assertThat(drain(store.reverseScan(null, bytes("b")))).containsExactly("a=1");
  }

  @Test
  void boundsOutOfOrderMakeAnEmptyScan() {
    store.apply(List.of(put("a", "1"), put("b", "2")));
    commit();
    store.apply(List.of(put("aa", "3")));

    assertThat(drain(store.scan(bytes("b"), bytes("a")))).isEmpty();
    assertThat(drain(store.scan(bytes("a"), bytes("a")))).isEmpty();
    assertThat(drain(store.reverseScan(bytes("b"), bytes("a")))).isEmpty();
  }

  @Test
  void theOwnerMayChangeTheStoreDuringAScan() {
    for (int i = 0; i < 50; i++) {
      store.apply(List.of(put("committed" + i, "1")));
    }
    commit();
    for (int i = 0; i < 50; i++) {
      store.apply(List.of(put("new" + i, "1")));
    }

    int seen = 0;
    try (var scan = store.scan(null, null)) {
      while (scan.hasNext()) {
        store.apply(List.of(new Change(scan.next().key(), null, 0), put("zz" + seen, "1")));
        seen++;
        if (seen == 200) {
          break;
        }
      }
    }

    assertThat(seen).isBetween(100, 200);
    assertThat(drain(store.scan(null, bytes("zz")))).isEmpty();
  }

  @Test
  void anArrayThatWasAnsweredIsTheCallersOwn() {
    store.apply(List.of(put("a", "1")));
    scribble();
    commit();
    scribble();

    assertThat(all(store)).containsExactly("a=1");
    assertThat(get(store, "a")).isEqualTo("1");
  }

  private void scribble() {
    StoredValue stored = Objects.requireNonNull(store.get(bytes("a")));
    Arrays.fill(stored.value(), (byte) 0);
    try (var scan = store.scan(null, null)) {
      StoredEntry entry = scan.next();
      Arrays.fill(entry.key(), (byte) 0);
      Arrays.fill(entry.value(), (byte) 0);
    }
  }

  @Test
  void aScanAtItsEndOrClosedSaysSo() {
    store.apply(List.of(put("a", "1")));
    var scan = store.scan(null, null);
    scan.next();

    assertThat(scan.hasNext()).isFalse();
    assertThatThrownBy(scan::next).isInstanceOf(NoSuchElementException.class);
    scan.close();
    scan.close();
    assertThatThrownBy(scan::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void itCountsItsEntries() {
    store.apply(List.of(put("a", "1"), put("b", "1")));
    commit();
    store.apply(List.of(put("a", "2"), delete("b"), put("c", "1"), put("d", "1"), delete("x")));

    assertThat(store.approximateEntries()).isEqualTo(3);
    assertThat(store.committed().approximateEntries()).isEqualTo(2);
    abort();
    assertThat(store.approximateEntries()).isEqualTo(2);
  }

  @Test
  void aStoreOpenedAgainHasWhatWasCommittedAndNothingElse() {
    Assumptions.assumeTrue(isDurable());
    store.apply(List.of(put("a", "1"), put("b", "1"), put("c", "1")));
    commit();
    store.apply(List.of(put("a", "2"), delete("b")));
    commit();
    store.apply(List.of(put("a", "3"), delete("c"), put("d", "1")));
    store.flush();

    reopen();

    assertThat(all(store)).containsExactly("a=2", "c=1");
    assertThat(all(store.committed())).containsExactly("a=2", "c=1");
  }

  @Test
  void everyAnswerToAnotherThreadIsACommittedOneAndNeverGoesBack() throws Exception {
    int keys = 50;
    int commits = 400;
    var running = new AtomicBoolean(true);
    var started = new CountDownLatch(1);
    ByteReader committed = store.committed();
    Callable<Integer> reading =
        () -> {
          var seen = new int[keys];
          int answers = 0;
          var random = new Random(7);
          started.countDown();
          while (running.get()) {
            int key = random.nextInt(keys);
            seen[key] = check(committed.get(bytes("key" + key)), key, seen[key]);
            answers++;
            if (answers % 100 == 0) {
              try (var scan = committed.scan(null, null)) {
                while (scan.hasNext()) {
                  StoredEntry entry = scan.next();
                  int scanned = Integer.parseInt(new String(entry.key(), UTF_8).substring(3));
                  check(new StoredValue(entry.value(), entry.timestampMs()), scanned, 0);
                }
              }
            }
          }
          return answers;
        };
    var executor = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> reader = executor.submit(reading);
      started.await();
      for (int version = 1; version <= commits; version++) {
        for (int key = 0; key < keys; key++) {
          // What is aborted, and what is overwritten before the commit, must never be seen.
          store.apply(List.of(new Change(bytes("key" + key), bytes("x"), 0)));
          if (version % 3 != 0) {
            byte[] value = bytes(key + ":" + version);
            store.apply(List.of(new Change(bytes("key" + key), value, version)));
          }
        }
        if (version % 3 == 0) {
          store.flush();
          abort();
        } else {
          commit();
        }
      }
      running.set(false);
      assertThat(reader.get(30, TimeUnit.SECONDS)).isNotNegative();
    } finally {
      running.set(false);
      executor.shutdownNow();
    }
  }

  private static int check(@Nullable StoredValue stored, int key, int seen) {
    if (stored == null) {
      assertThat(seen).as("key %d has gone", key).isZero();
      return 0;
    }
    String[] parts = new String(stored.value(), UTF_8).split(":", -1);
    assertThat(parts).as("value of key %d", key).hasSize(2);
    assertThat(parts[0]).isEqualTo(Integer.toString(key));
    int version = Integer.parseInt(parts[1]);
    assertThat(stored.timestampMs()).isEqualTo(version);
    assertThat(version % 3).isNotZero();
    assertThat(version).isGreaterThanOrEqualTo(seen);
    return version;
  }

  @Test
  void itBehavesAsASortedMapThatCommitsAndAborts() {
    Long given = Long.getLong("headwater.tests.seed");
    long first = given == null ? System.nanoTime() : given;
    int runs = given != null ? 1 : Boolean.getBoolean("headwater.tests.full") ? 500 : 25;
    for (int run = 0; run < runs; run++) {
      long seed = first + run;
      try {
        new RandomRun(seed).go();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -Dheadwater.tests.seed=" + seed, e);
      }
      if (run + 1 < runs) {
        wipe();
      }
    }
  }

  /** Deletes everything, so that the next run begins with an empty store. */
  private void wipe() {
    var changes = new ArrayList<Change>();
    try (var scan = store.scan(null, null)) {
      scan.forEachRemaining(entry -> changes.add(new Change(entry.key(), null, 0)));
    }
    store.apply(changes);
    commit();
  }

  private final class RandomRun {
    private static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;

    private final Random random;
    private final int keySpace;
    private NavigableMap<byte[], StoredValue> committed = new TreeMap<>(ORDER);
    private NavigableMap<byte[], StoredValue> owned = new TreeMap<>(ORDER);

    RandomRun(long seed) {
      random = new Random(seed);
      keySpace = 1 << (1 + random.nextInt(10));
    }

    void go() {
      int steps = 300 + random.nextInt(300);
      for (int step = 0; step < steps; step++) {
        int choice = random.nextInt(100);
        if (choice < 50) {
          apply();
        } else if (choice < 70) {
          byte[] key = key();
          ensureEqual(owned.get(key), store.get(key));
          ensureEqual(committed.get(key), store.committed().get(key));
        } else if (choice < 85) {
          scan();
        } else if (choice < 88) {
          store.flush();
        } else if (choice < 95) {
          commit();
          committed = copy(owned);
        } else if (choice < 98) {
          abort();
          owned = copy(committed);
        } else if (isDurable()) {
          reopen();
          owned = copy(committed);
        }
      }
      assertThat(texts(store.scan(null, null))).isEqualTo(texts(owned));
      assertThat(texts(store.committed().scan(null, null))).isEqualTo(texts(committed));
      assertThat(store.approximateEntries()).isEqualTo(owned.size());
    }

    private NavigableMap<byte[], StoredValue> copy(NavigableMap<byte[], StoredValue> map) {
      return new TreeMap<>(map);
    }

    private byte[] key() {
      int number = random.nextInt(keySpace);
      byte[] key = new byte[number % 12];
      new Random(number).nextBytes(key);
      // Few distinct bytes, so that keys begin with each other.
      for (int i = 0; i < key.length; i++) {
        key[i] = (byte) (key[i] % 3 * 100);
      }
      return key;
    }

    private void apply() {
      var changes = new ArrayList<Change>();
      for (int i = random.nextInt(20); i >= 0; i--) {
        byte[] key = key();
        if (random.nextInt(3) == 0) {
          changes.add(new Change(key, null, 0));
          owned.remove(key);
        } else {
          var value = new byte[random.nextInt(100) == 0 ? 20_000 : random.nextInt(30)];
          random.nextBytes(value);
          long timestampMs = random.nextLong() >> random.nextInt(64);
          changes.add(new Change(key, value, timestampMs));
          owned.put(key, new StoredValue(value, timestampMs));
        }
      }
      store.apply(changes);
    }

    private void scan() {
      byte[] from = random.nextInt(4) == 0 ? null : key();
      byte[] to = random.nextInt(4) == 0 ? null : key();
      boolean ofOwner = random.nextBoolean();
      ByteReader reader = ofOwner ? store : store.committed();
      var expected = ofOwner ? owned : committed;
      if (from != null && to != null && ORDER.compare(from, to) > 0) {
        expected = new TreeMap<>(ORDER);
      } else {
        expected = from == null ? expected : expected.tailMap(from, true);
        expected = to == null ? expected : expected.headMap(to, false);
      }
      assertThat(texts(reader.scan(from, to))).isEqualTo(texts(expected));
      assertThat(texts(reader.reverseScan(from, to))).isEqualTo(texts(expected.descendingMap()));
    }

    private void ensureEqual(@Nullable StoredValue expected, @Nullable StoredValue found) {
      assertThat(text(found)).isEqualTo(text(expected));
    }

    private String text(@Nullable StoredValue stored) {
      return stored == null
          ? "absent"
          : Arrays.hashCode(stored.value())
              + "/"
              + stored.value().length
              + "@"
              + stored.timestampMs();
    }

    private List<String> texts(NavigableMap<byte[], StoredValue> map) {
      var texts = new ArrayList<String>();
      map.forEach((key, value) -> texts.add(HexFormat.of().formatHex(key) + ": " + text(value)));
      return texts;
    }

    private List<String> texts(CloseableIterator<StoredEntry> scan) {
      var texts = new ArrayList<String>();
      try (scan) {
        scan.forEachRemaining(
            entry ->
                texts.add(
                    HexFormat.of().formatHex(entry.key())
                        + ": "
                        + text(new StoredValue(entry.value(), entry.timestampMs()))));
      }
      return texts;
    }
  }
}
