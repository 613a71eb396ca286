package io.headwater.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.Seeds;
import io.headwater.serde.Serdes;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.HeapStore;
import io.headwater.state.task.WindowCells;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class WindowStoreTest {
  private static final long MINUTE = 60_000;

  private final ByteStore bytes = new HeapStore();

  /** Windows of a minute, kept for ten, removed every minute at most. */
  private WindowStore<String, String> open(boolean caching, boolean duplicates) {
    var builder = Stores.windowStoreBuilder(supplier(duplicates), Serdes.String(), Serdes.String());
    return (caching ? builder.withCachingEnabled() : builder)
        .build(StoreContext.builder("topic").build());
  }

  private WindowBytesStoreSupplier supplier(boolean duplicates) {
    return new WindowBytesStoreSupplier() {
      @Override
      public String name() {
        return "windows";
      }

      @Override
      public ByteStore open(StoreContext context) {
        return bytes;
      }

      @Override
      public long windowSize() {
        return MINUTE;
      }

      @Override
      public long retentionPeriod() {
        return 10 * MINUTE;
      }

      @Override
      public long segmentIntervalMs() {
        return MINUTE;
      }

      @Override
      public boolean retainDuplicates() {
        return duplicates;
      }
    };
  }

  private WindowStore<String, String> open() {
    return open(true, false);
  }

  @SuppressWarnings("unchecked") // as the runtime asks its stores
  private static WindowCells<String, String> cells(WindowStore<String, String> store) {
    return (WindowCells<String, String>) store;
  }

  private static void commit(WindowStore<String, String> store) {
    store.flush();
    cells(store).commit();
  }

  private static List<String> texts(Iterator<? extends KeyValue<?, String>> iterator) {
    var texts = new ArrayList<String>();
    iterator.forEachRemaining(
        entry ->
            texts.add(
                (entry.key instanceof Windowed<?> windowed
                        ? windowed.key() + "@" + windowed.window().start() / MINUTE
                        : String.valueOf((Long) entry.key / MINUTE))
                    + "="
                    + entry.value));
    return texts;
  }

  @Test
  void aValueIsFoundByItsKeyAndTheStartOfItsWindow() {
    var store = open();
    store.put("a", "1", 0);
    store.put("a", "2", MINUTE);

    assertThat(store.fetch("a", 0)).isEqualTo("1");
    assertThat(store.fetch("a", MINUTE)).isEqualTo("2");
    assertThat(store.fetch("a", 1)).isNull();
    assertThat(store.fetch("b", 0)).isNull();
    store.put("a", null, 0);
    assertThat(store.fetch("a", 0)).isNull();
  }

  @Test
  void fetchHasBothEndsOfTheTimesInOrder() {
    var store = open();
    for (int minute = 0; minute < 5; minute++) {
      store.put("a", "a" + minute, minute * MINUTE);
      store.put("aa", "x", minute * MINUTE);
    }

    assertThat(texts(store.fetch("a", MINUTE, 3 * MINUTE))).containsExactly("1=a1", "2=a2", "3=a3");
    assertThat(texts(store.backwardFetch("a", MINUTE, 3 * MINUTE)))
        .containsExactly("3=a3", "2=a2", "1=a1");
    assertThat(texts(store.fetch("a", Instant.ofEpochMilli(MINUTE), Instant.ofEpochMilli(MINUTE))))
        .containsExactly("1=a1");
    assertThat(texts(store.fetch("a", Instant.MIN, Instant.MAX))).hasSize(5);
    assertThat(texts(store.fetch("a", 3 * MINUTE, MINUTE))).isEmpty();
    assertThat(texts(store.fetch("b", 0, Long.MAX_VALUE))).isEmpty();
  }

  @Test
  void aRangeOfKeysHasBothEndsAndNullIsOpen() {
    var store = open();
    for (String key : List.of("a", "b", "c")) {
      store.put(key, "v", 0);
      store.put(key, "v", MINUTE);
    }

    assertThat(texts(store.fetch("a", "b", 0, 0))).containsExactly("a@0=v", "b@0=v");
    assertThat(texts(store.fetch(null, "a", 0, MINUTE))).containsExactly("a@0=v", "a@1=v");
    assertThat(texts(store.fetch("c", null, 0, MINUTE))).containsExactly("c@0=v", "c@1=v");
    assertThat(texts(store.backwardFetch("a", "b", 0, MINUTE)))
        .containsExactly("b@1=v", "b@0=v", "a@1=v", "a@0=v");
    assertThat(texts(store.fetchAll(MINUTE, MINUTE))).containsExactly("a@1=v", "b@1=v", "c@1=v");
    assertThat(texts(store.all())).hasSize(6);
    assertThat(texts(store.backwardAll())).startsWith("c@1=v");
  }

  @Test
  void anEntryHasItsWindow() {
    var store = open();
    store.put("a", "1", MINUTE);

    try (var all = store.all()) {
      assertThat(all.next().key).isEqualTo(new Windowed<>("a", new TimeWindow(MINUTE, 2 * MINUTE)));
    }
  }

  @Test
  void anExpiredWindowIsNotAnsweredAndNotPut() {
    var store = open();
    store.put("a", "1", 0);
    store.put("a", "2", MINUTE);
    store.put("b", "3", 10 * MINUTE - 1);
    assertThat(store.fetch("a", 0)).isEqualTo("1");
    store.put("b", "4", 10 * MINUTE);

    assertThat(store.fetch("a", 0)).isNull();
    assertThat(texts(store.fetch("a", 0, MINUTE))).containsExactly("1=2");
    assertThat(texts(store.all())).doesNotContain("a@0=1");
    assertThat(cells(store).expiredPuts()).isZero();
    store.put("c", "5", 0);
    assertThat(store.fetch("c", 0)).isNull();
    assertThat(cells(store).expiredPuts()).isEqualTo(1);
  }

  @Test
  void expiredWindowsAreRemovedAtAFlushButNotAtEach() {
    var store = open();
    store.put("a", "1", 0);
    store.put("b", "1", MINUTE / 2);
    commit(store);
    store.put("x", "1", 10 * MINUTE);
    commit(store);
    assertThat(bytes.approximateEntries()).isEqualTo(2);

    store.put("x", "1", 10 * MINUTE + MINUTE / 2);
    commit(store);
    assertThat(bytes.approximateEntries()).isEqualTo(3);
    store.put("x", "1", 11 * MINUTE);
    commit(store);

    assertThat(texts(store.all())).hasSize(3);
    assertThat(bytes.approximateEntries()).isEqualTo(3);
  }

  @Test
  void aStoreOpenedAgainKnowsHowFarTimeWas() {
    var store = open();
    store.put("a", "1", 10 * MINUTE);
    commit(store);

    var again = open();
    again.put("b", "1", 0);

    assertThat(again.fetch("b", 0)).isNull();
    assertThat(cells(again).expiredPuts()).isEqualTo(1);
  }

  @Test
  void anAbortPutsTimeBack() {
    var store = open();
    store.put("a", "1", 0);
    commit(store);
    store.put("a", "1", 20 * MINUTE);
    store.put("b", "1", 0);
    assertThat(cells(store).expiredPuts()).isEqualTo(1);
    store.flush();

    cells(store).abort();

    assertThat(cells(store).expiredPuts()).isZero();
    assertThat(store.fetch("a", 0)).isEqualTo("1");
    store.put("b", "1", 0);
    assertThat(store.fetch("b", 0)).isEqualTo("1");
  }

  @Test
  void othersSeeTheCommittedWindowsAndTheirTimes() {
    var store = open();
    var view = cells(store).committed();
    store.put("a", "1", 0);
    commit(store);
    store.put("a", "2", 10 * MINUTE);

    assertThat(texts(view.all())).containsExactly("a@0=1");
    assertThat(view.fetch("a", 0)).isEqualTo("1");
    commit(store);
    assertThat(texts(view.all())).containsExactly("a@10=2");
    assertThat(view.fetch("a", 0)).isNull();
    assertThat(cells(store).committedWithTimestamps().fetch("a", 10 * MINUTE))
        .isEqualTo(new ValueAndTimestamp<>("2", 0));
  }

  @Test
  void aToolReadsTheWindowsWithoutTheStore() {
    var store = open();
    store.put("a", "1", 0);
    store.put("a", "2", 10 * MINUTE);
    store.flush();
    bytes.commit();

    ReadOnlyWindowStore<String, String> tool =
        Stores.readOnlyWindowStore(
            bytes.committed(),
            "topic",
            Serdes.String(),
            Serdes.String(),
            Duration.ofMinutes(10),
            Duration.ofMinutes(1));

    assertThat(texts(tool.all())).containsExactly("a@10=2");
  }

  @Test
  void theListenerHearsTheKeyWithItsWindow() {
    var store = open();
    var heard = new ArrayList<String>();
    cells(store).setFlushListener((k, n, o, t) -> heard.add(k + ":" + o + "->" + n), true);
    store.put("a", "1", 0);
    store.put("a", "2", 0);
    store.put("a", "3", MINUTE);
    store.flush();
    store.put("a", "4", 0);
    store.flush();

    assertThat(heard)
        .containsExactly("[a@0/60000]:null->2", "[a@60000/120000]:null->3", "[a@0/60000]:2->4");
  }

  @Test
  void duplicatesStandSideBySideAlsoAfterAReopen() {
    var store = open(true, true);
    store.put("a", "1", 0);
    store.put("a", "2", 0);
    store.put("a", null, 0);
    commit(store);
    var again = open(true, true);
    again.put("a", "3", 0);

    assertThat(texts(again.fetch("a", 0, 0))).containsExactly("0=1", "0=2", "0=3");
    assertThat(again.fetch("a", 0)).isEqualTo("1");
    assertThatThrownBy(() -> cells(again).cell("a", 0))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aNegativeStartIsRefused() {
    assertThatThrownBy(() -> open().put("a", "1", -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a window starts at 0 or later, this one at -1");
  }

  @Test
  void itBehavesAsAMapThatForgetsByStreamTime() {
    Seeds.forEach(30, 500, seed -> run(new Random(seed)));
  }

  private static void run(Random random) {
    var builder =
        Stores.windowStoreBuilder(
            Stores.inMemoryWindowStore(
                "windows", Duration.ofMinutes(10), Duration.ofMinutes(1), false),
            Serdes.String(),
            Serdes.String());
    var store =
        (random.nextBoolean() ? builder.withCachingEnabled() : builder)
            .build(StoreContext.builder("topic").memory(new MemoryBudget(10_000)).build());
    var owned = new TreeMap<String, TreeMap<Long, String>>();
    long latest = -1;
    long around = 0;
    for (int step = 0; step < 500; step++) {
      around += random.nextInt(50) == 0 ? 5 * MINUTE : 0;
      // Keys whose bytes begin each other, as a window's start could continue one.
      String key = List.of("", "\0", "\0\0", "a", "a\0", "ab").get(random.nextInt(6));
      long start = Math.max(0, around + (random.nextInt(16) - 12) * MINUTE);
      if (random.nextInt(3) != 0) {
        String value = random.nextInt(5) == 0 ? null : "v" + step;
        store.put(key, value, start);
        if (start > latest - 10 * MINUTE) {
          latest = Math.max(latest, start);
          var windows = owned.computeIfAbsent(key, none -> new TreeMap<>());
          if (value == null) {
            windows.remove(start);
          } else {
            windows.put(start, value);
          }
        }
      }
      long firstLive = Math.max(0, latest - 10 * MINUTE + 1);
      long from = around + (random.nextInt(30) - 20) * MINUTE;
      long to = from + random.nextInt(10) * MINUTE;
      assertThat(store.fetch(key, start))
          .isEqualTo(
              start < firstLive ? null : owned.getOrDefault(key, new TreeMap<>()).get(start));
      var expected = new ArrayList<String>();
      owned
          .getOrDefault(key, new TreeMap<>())
          .subMap(Math.max(from, firstLive), true, Math.max(Math.max(from, firstLive), to), true)
          .forEach(
              (time, value) -> {
                if (time <= to) {
                  expected.add(time / MINUTE + "=" + value);
                }
              });
      assertThat(texts(store.fetch(key, from, to))).isEqualTo(expected);
      String keyTo = List.of("\0", "a", "a\0", "b").get(random.nextInt(4));
      var expectedOfAll = new ArrayList<String>();
      owned
          .headMap(keyTo, true)
          .forEach(
              (each, windows) ->
                  windows.forEach(
                      (time, value) -> {
                        if (time >= Math.max(from, firstLive) && time <= to) {
                          expectedOfAll.add(each + "@" + time / MINUTE + "=" + value);
                        }
                      }));
      assertThat(texts(store.fetch(null, keyTo, from, to)))
          .containsExactlyInAnyOrderElementsOf(expectedOfAll);
      if (random.nextInt(10) == 0) {
        commit(store);
      }
    }
  }
}
