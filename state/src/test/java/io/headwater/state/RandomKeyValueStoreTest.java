package io.headwater.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.testing.Seeds;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.task.Cell;
import io.headwater.state.task.KeyValueCells;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Any sequence of calls, against a sorted map: what the owner reads, what others read, and what the
 * listener hears, whether objects or bytes are kept and however small the budget is.
 */
final class RandomKeyValueStoreTest {
  @ParameterizedTest
  @CsvSource({
    "true, true, 1000000",
    "true, true, 0",
    "true, false, 1000000",
    "true, false, 0",
    "false, true, 0",
    "false, false, 1000000"
  })
  void itBehavesAsASortedMap(boolean caching, boolean immutable, long budgetBytes) {
    Seeds.forEach(15, 300, seed -> new Run(seed, caching, immutable, budgetBytes).go());
  }

  private static final class Run {
    private final Random random;
    private final boolean caching;
    private final boolean telling;
    private final boolean sendOldValues;
    private final KeyValueCells<String, String> cells;
    private final KeyValueStore<String, String> store;
    private final List<String> heard = new ArrayList<>();
    private final List<String> expectedToHear = new ArrayList<>();
    private final NavigableMap<String, String> toldLast = new TreeMap<>(Run::compare);
    private final Set<String> waiting = new LinkedHashSet<>();
    private NavigableMap<String, String> owned = new TreeMap<>(Run::compare);
    private NavigableMap<String, String> committed = new TreeMap<>(Run::compare);
    private final int keySpace;

    Run(long seed, boolean caching, boolean immutable, long budgetBytes) {
      random = new Random(seed);
      this.caching = caching;
      keySpace = 1 << (1 + random.nextInt(10));
      Serde<String> serde = Serdes.String();
      if (!immutable) {
        serde = Serde.of(serde.serializer(), serde.deserializer());
      }
      var builder =
          Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("store"), serde, serde);
      store =
          (caching ? builder.withCachingEnabled() : builder)
              .build(StoreContext.builder("topic").memory(new MemoryBudget(budgetBytes)).build());
      cells = asCells(store);
      telling = random.nextBoolean();
      sendOldValues = random.nextBoolean();
      if (telling) {
        cells.setFlushListener((k, n, o, t) -> heard.add(k + ":" + o + "->" + n), sendOldValues);
      }
    }

    @SuppressWarnings("unchecked") // the builder's stores have them
    private static KeyValueCells<String, String> asCells(KeyValueStore<String, String> store) {
      return (KeyValueCells<String, String>) store;
    }

    private static int compare(String left, String right) {
      return Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));
    }

    private String key() {
      return Integer.toString(random.nextInt(keySpace), 7);
    }

    void go() {
      int steps = 2000;
      for (int step = 0; step < steps; step++) {
        int choice = random.nextInt(100);
        if (choice < 40) {
          put(key(), random.nextInt(4) == 0 ? null : "value" + random.nextInt(20));
        } else if (choice < 60) {
          count(key());
        } else if (choice < 80) {
          String key = key();
          assertThat(store.get(key)).isEqualTo(owned.get(key));
        } else if (choice < 90) {
          scan(random.nextBoolean());
        } else if (choice < 93) {
          flush();
        } else if (choice < 97) {
          flush();
          cells.commit();
          committed = new TreeMap<>(owned);
        } else if (choice < 98) {
          abort();
        }
        assertThat(heard).isEqualTo(expectedToHear);
      }
      assertThat(texts(store.all())).isEqualTo(texts(owned));
      assertThat(texts(cells.committed().all())).isEqualTo(texts(committed));
      assertThat(store.approximateNumEntries()).isEqualTo(owned.size());
    }

    private void put(String key, @Nullable String value) {
      store.put(key, value);
      changed(key, value);
    }

    private void count(String key) {
      Cell<String> cell = cells.cell(key);
      String before = cell.value();
      assertThat(before).isEqualTo(owned.get(key));
      String after = before == null ? "1" : before.length() > 8 ? null : before + "1";
      cell.set(after, 0);
      changed(key, after);
    }

    private void changed(String key, @Nullable String value) {
      if (value == null) {
        owned.remove(key);
      } else {
        owned.put(key, value);
      }
      if (caching) {
        waiting.add(key);
      } else {
        tell(key);
      }
    }

    private void flush() {
      for (String key : waiting) {
        if (owned.get(key) != null || toldLast.get(key) != null) {
          tell(key);
        }
      }
      waiting.clear();
      cells.flush();
    }

    private void tell(String key) {
      String now = owned.get(key);
      if (telling) {
        expectedToHear.add(key + ":" + (sendOldValues ? toldLast.get(key) : null) + "->" + now);
      }
      if (now == null) {
        toldLast.remove(key);
      } else {
        toldLast.put(key, now);
      }
    }

    private void abort() {
      cells.abort();
      owned = new TreeMap<>(committed);
      waiting.clear();
      toldLast.clear();
      toldLast.putAll(committed);
    }

    private void scan(boolean ofOwner) {
      String from = random.nextInt(4) == 0 ? null : key();
      String to = random.nextInt(4) == 0 ? null : key();
      ReadOnlyKeyValueStore<String, String> reader = ofOwner ? store : cells.committed();
      NavigableMap<String, String> expected = ofOwner ? owned : committed;
      if (from != null && to != null && compare(from, to) > 0) {
        expected = new TreeMap<>();
      } else {
        expected = from == null ? expected : expected.tailMap(from, true);
        expected = to == null ? expected : expected.headMap(to, true);
      }
      assertThat(texts(reader.range(from, to))).isEqualTo(texts(expected));
      assertThat(texts(reader.reverseRange(from, to))).isEqualTo(texts(expected.descendingMap()));
    }

    private static List<String> texts(NavigableMap<String, String> map) {
      var texts = new ArrayList<String>();
      map.forEach((key, value) -> texts.add(key + "=" + value));
      return texts;
    }

    private static List<String> texts(KeyValueIterator<String, String> iterator) {
      var texts = new ArrayList<String>();
      try (iterator) {
        iterator.forEachRemaining(entry -> texts.add(entry.key + "=" + entry.value));
      }
      return texts;
    }
  }
}
