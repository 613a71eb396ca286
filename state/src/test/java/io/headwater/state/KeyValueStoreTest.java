package io.headwater.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.task.Cell;
import io.headwater.state.task.KeyValueCells;
import io.headwater.state.task.TaskStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeyValueStoreTest {
  private final RecordingBytes bytes = new RecordingBytes();
  private long recordTimestampMs;

  private StoreContext.Builder context() {
    return StoreContext.builder("app-store-changelog").recordTimestampMs(() -> recordTimestampMs);
  }

  private KeyValueBytesStoreSupplier supplier() {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return "store";
      }

      @Override
      public ByteStore open(StoreContext context) {
        return bytes;
      }
    };
  }

  private KeyValueStore<String, String> cached() {
    return Stores.keyValueStoreBuilder(supplier(), Serdes.String(), Serdes.String())
        .withCachingEnabled()
        .build(context().build());
  }

  private KeyValueStore<String, String> uncached() {
    return Stores.keyValueStoreBuilder(supplier(), Serdes.String(), Serdes.String())
        .build(context().build());
  }

  @SuppressWarnings("unchecked") // as the runtime asks its stores
  private static <K, V> KeyValueCells<K, V> cells(StateStore store) {
    return (KeyValueCells<K, V>) store;
  }

  private static void commit(StateStore store) {
    store.flush();
    ((TaskStore) store).commit();
  }

  private static <T> List<T> drain(Iterator<T> iterator) {
    var list = new ArrayList<T>();
    iterator.forEachRemaining(list::add);
    return list;
  }

  private static KeyValue<String, String> pair(String key, String value) {
    return KeyValue.pair(key, value);
  }

  @Test
  void whatIsPutIsReadBackAndNullDeletes() {
    var store = cached();
    assertThat(store.get("a")).isNull();

    store.put("a", "1");
    assertThat(store.get("a")).isEqualTo("1");
    assertThat(store.putIfAbsent("a", "2")).isEqualTo("1");
    assertThat(store.putIfAbsent("b", "2")).isNull();
    assertThat(store.get("b")).isEqualTo("2");
    assertThat(store.delete("a")).isEqualTo("1");
    assertThat(store.delete("a")).isNull();
    store.put("b", null);
    assertThat(store.get("b")).isNull();
  }

  @Test
  void batchesPutDeleteAndGetInTheOrderAskedFor() {
    var store = cached();
    store.putAll(List.of(pair("a", "1"), pair("b", "2"), pair("c", "3"), pair("a", "4")));
    store.deleteAll(List.of("b", "x"));

    assertThat(store.getAll(List.of("c", "b", "a", "c"))).containsExactly("3", null, "4", "3");
  }

  @Test
  void aNullKeyIsRefused() {
    var store = cached();
    String none = noKey();

    assertThatThrownBy(() -> store.get(none)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> store.put(none, "1")).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> store.delete(none)).isInstanceOf(NullPointerException.class);
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a caller may not do
  private static <T> T noKey() {
    return null;
  }

  @Test
  void rangesHaveBothBoundsAndNullIsOpen() {
    var store = cached();
    store.putAll(List.of(pair("a", "1"), pair("b", "2"), pair("c", "3")));

    assertThat(drain(store.range("a", "b"))).containsExactly(pair("a", "1"), pair("b", "2"));
    assertThat(drain(store.range("b", null))).containsExactly(pair("b", "2"), pair("c", "3"));
    assertThat(drain(store.range(null, "b"))).containsExactly(pair("a", "1"), pair("b", "2"));
    assertThat(drain(store.range("b", "a"))).isEmpty();
    assertThat(drain(store.reverseRange("a", "b"))).containsExactly(pair("b", "2"), pair("a", "1"));
    assertThat(drain(store.all())).containsExactly(pair("a", "1"), pair("b", "2"), pair("c", "3"));
    assertThat(drain(store.reverseAll()))
        .containsExactly(pair("c", "3"), pair("b", "2"), pair("a", "1"));
    assertThat(store.approximateNumEntries()).isEqualTo(3);
  }

  @Test
  void aPrefixScanHasTheKeysThatBeginWithThePrefix() {
    var store = cached();
    store.putAll(List.of(pair("a", "1"), pair("ab", "2"), pair("abc", "3"), pair("b", "4")));

    assertThat(drain(store.prefixScan("ab", Serdes.String().serializer())))
        .containsExactly(pair("ab", "2"), pair("abc", "3"));
  }

  @Test
  void numbersComeInTheOrderOfTheirBytes() {
    var store =
        Stores.keyValueStoreBuilder(supplier(), Serdes.Integer(), Serdes.String())
            .withCachingEnabled()
            .build(context().build());
    for (int key : new int[] {300, -1, 2, 0}) {
      store.put(key, "v");
    }

    assertThat(drain(store.all()).stream().map(entry -> entry.key)).containsExactly(0, 2, 300, -1);
  }

  @Test
  void anIteratorPeeksAndAfterItsCloseThrows() {
    var store = cached();
    store.put("a", "1");
    var iterator = store.all();

    assertThat(iterator.peekNextKey()).isEqualTo("a");
    assertThat(iterator.next()).isEqualTo(pair("a", "1"));
    assertThatThrownBy(iterator::peekNextKey).isInstanceOf(java.util.NoSuchElementException.class);
    iterator.close();
    assertThatThrownBy(iterator::hasNext).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(iterator::next).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(iterator::peekNextKey).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aClosedStoreSaysSo() {
    var store = cached();
    store.close();
    store.close();

    assertThat(store.isOpen()).isFalse();
    assertThatThrownBy(() -> store.get("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("store store is closed");
    assertThatThrownBy(store::all).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void withCachingAFlushWritesTheLastChangeOfEachKeyInTheOrderOfTheFirst() {
    var store = cached();
    recordTimestampMs = 1;
    store.put("b", "1");
    store.put("a", "1");
    recordTimestampMs = 2;
    store.put("b", "2");
    assertThat(bytes.applied).isEmpty();

    store.flush();

    assertThat(bytes.applied).containsExactly(List.of("b=2@2", "a=1@1"));
    store.flush();
    assertThat(bytes.applied).hasSize(1);
  }

  @Test
  void withoutCachingEveryChangeIsWrittenAtOnce() {
    var store = uncached();
    store.put("a", "1");
    store.put("a", "2");
    store.put("a", null);

    assertThat(bytes.applied)
        .containsExactly(List.of("a=1@0"), List.of("a=2@0"), List.of("a=null@0"));
  }

  @Test
  void aKeyThatCameAndWentBetweenTwoFlushesIsNotWritten() {
    var store = cached();
    assertThat(store.get("a")).isNull();
    store.put("a", "1");
    store.put("a", null);
    store.flush();

    assertThat(bytes.applied).isEmpty();
  }

  @Test
  void theListenerHearsNewAndOldAsOfTheLastFlush() {
    var store = cached();
    var heard = new ArrayList<String>();
    KeyValueStoreTest.<String, String>cells(store)
        .setFlushListener((k, n, o, t) -> heard.add(k + ":" + o + "->" + n + "@" + t), true);
    recordTimestampMs = 5;
    store.put("a", "1");
    store.put("a", "2");
    store.put("b", "1");
    store.put("c", "1");
    store.put("c", null);
    commit(store);
    assertThat(heard).containsExactly("a:null->2@5", "b:null->1@5");
    heard.clear();

    recordTimestampMs = 6;
    store.put("a", null);
    store.put("b", "2");
    store.put("b", "3");
    commit(store);

    assertThat(heard).containsExactly("a:2->null@6", "b:1->3@6");
  }

  @Test
  void theListenerHearsOldValuesOfKeysThatAreNotInMemory() {
    var first = cached();
    first.put("a", "1");
    commit(first);
    var store = cached();
    var heard = new ArrayList<String>();
    KeyValueStoreTest.<String, String>cells(store)
        .setFlushListener((k, n, o, t) -> heard.add(k + ":" + o + "->" + n), true);

    store.put("a", "2");
    store.flush();

    assertThat(heard).containsExactly("a:1->2");
  }

  @Test
  void aListenerThatDoesNotWantOldValuesGetsNone() {
    var store = cached();
    var heard = new ArrayList<String>();
    KeyValueStoreTest.<String, String>cells(store)
        .setFlushListener((k, n, o, t) -> heard.add(k + ":" + o + "->" + n), false);
    store.put("a", "1");
    store.flush();
    store.put("a", "2");
    store.put("b", null);
    store.flush();

    assertThat(heard).containsExactly("a:null->1", "a:null->2");
  }

  @Test
  void withoutCachingTheListenerHearsEveryChangeAtOnce() {
    var store = uncached();
    var heard = new ArrayList<String>();
    KeyValueStoreTest.<String, String>cells(store)
        .setFlushListener((k, n, o, t) -> heard.add(k + ":" + o + "->" + n), true);
    store.put("a", "1");
    store.put("a", "2");
    store.put("a", null);

    assertThat(heard).containsExactly("a:null->1", "a:1->2", "a:2->null");
  }

  @Test
  void aScanSeesWhatWaitsAndTheListenerStillHearsOfIt() {
    var store = cached();
    var heard = new ArrayList<String>();
    KeyValueStoreTest.<String, String>cells(store)
        .setFlushListener((k, n, o, t) -> heard.add(k + ":" + o + "->" + n), true);
    store.put("a", "1");
    store.put("b", "1");

    assertThat(drain(store.all())).containsExactly(pair("a", "1"), pair("b", "1"));
    assertThat(heard).isEmpty();
    store.put("a", "2");
    store.put("b", null);
    assertThat(drain(store.all())).containsExactly(pair("a", "2"));
    store.flush();

    assertThat(heard).containsExactly("a:null->2");
    assertThat(bytes.applied)
        .containsExactly(List.of("a=1@0", "b=1@0"), List.of("a=2@0", "b=null@0"));
  }

  @Test
  void aListenerMayReadAndWriteTheStoreThatTellsIt() {
    var store = cached();
    var heard = new ArrayList<String>();
    KeyValueStoreTest.<String, String>cells(store)
        .setFlushListener(
            (k, n, o, t) -> {
              heard.add(k + ":" + o + "->" + n);
              if (k.equals("a") && "1".equals(n)) {
                store.put("b", store.get("b") + "+");
                store.put("a", "2");
              }
            },
            true);
    store.put("a", "1");
    store.put("b", "1");
    commit(store);

    assertThat(heard).containsExactly("a:null->1", "b:null->1", "b:1->1+", "a:1->2");
    assertThat(drain(store.all())).containsExactly(pair("a", "2"), pair("b", "1+"));
  }

  @Test
  void anAbortForgetsObjectsAndBytesSinceTheLastCommit() {
    var store = cached();
    store.put("a", "1");
    store.put("b", "1");
    commit(store);
    store.put("a", "2");
    store.put("b", null);
    store.put("c", "1");
    store.flush();
    store.put("d", "1");

    ((TaskStore) store).abort();

    assertThat(drain(store.all())).containsExactly(pair("a", "1"), pair("b", "1"));
    assertThat(store.getAll(List.of("a", "b", "c", "d"))).containsExactly("1", "1", null, null);
    store.put("a", "3");
    commit(store);
    assertThat(store.get("a")).isEqualTo("3");
  }

  @Test
  void othersSeeWhatIsCommitted() {
    var store = cached();
    ReadOnlyKeyValueStore<String, String> view =
        KeyValueStoreTest.<String, String>cells(store).committed();
    recordTimestampMs = 9;
    store.put("a", "1");
    store.flush();
    assertThat(view.get("a")).isNull();
    assertThat(drain(view.all())).isEmpty();

    ((TaskStore) store).commit();

    assertThat(view.get("a")).isEqualTo("1");
    assertThat(drain(view.all())).containsExactly(pair("a", "1"));
    assertThat(view.approximateNumEntries()).isEqualTo(1);
    assertThat(KeyValueStoreTest.<String, String>cells(store).committedWithTimestamps().get("a"))
        .isEqualTo(new ValueAndTimestamp<>("1", 9));
  }

  // KS-010, KS-011, KS-012
  @Test
  void othersSeeABatchWholeOrNotAtAll() {
    var store = uncached();
    ReadOnlyKeyValueStore<String, String> view =
        KeyValueStoreTest.<String, String>cells(store).committed();
    store.putAll(List.of(pair("a", "1"), pair("b", "1")));
    assertThat(view.getAll(List.of("a", "b"))).containsExactly(null, null);
    commit(store);
    assertThat(view.getAll(List.of("a", "b"))).containsExactly("1", "1");

    store.putAll(List.of(pair("a", "2"), pair("b", "2"), pair("c", "2")));
    store.deleteAll(List.of("a", "b"));
    ((TaskStore) store).abort();

    assertThat(view.getAll(List.of("a", "b", "c"))).containsExactly("1", "1", null);
    assertThat(store.getAll(List.of("a", "b", "c"))).containsExactly("1", "1", null);
  }

  @Test
  void aTimestampedStoreKeepsEachValuesOwnTime() {
    var builder =
        Stores.timestampedKeyValueStoreBuilder(supplier(), Serdes.String(), Serdes.String());
    var store = builder.withCachingEnabled().build(context().build());
    store.put("a", new ValueAndTimestamp<>("1", 7));
    assertThat(store.get("a")).isEqualTo(new ValueAndTimestamp<>("1", 7));
    recordTimestampMs = 8;
    store.put("b", new ValueAndTimestamp<>("1", 3));
    store.put("c", null);
    commit(store);
    assertThat(bytes.applied).containsExactly(List.of("a=1@7", "b=1@3", "c=null@8"));

    var again = builder.build(context().build());
    assertThat(again.get("b")).isEqualTo(new ValueAndTimestamp<>("1", 3));
    assertThat(drain(again.all()))
        .containsExactly(
            KeyValue.pair("a", new ValueAndTimestamp<>("1", 7)),
            KeyValue.pair("b", new ValueAndTimestamp<>("1", 3)));
    assertThat(KeyValueStoreTest.<String, String>cells(again).committed().get("a")).isEqualTo("1");
  }

  @Test
  void countingAKeyAgainTouchesNoBytes() {
    var longs = new TestSerdes.CountingLongs();
    var store =
        Stores.timestampedKeyValueStoreBuilder(supplier(), Serdes.String(), longs)
            .withCachingEnabled()
            .build(context().build());
    KeyValueCells<String, Long> cells = cells(store);
    for (int i = 1; i <= 1000; i++) {
      Cell<Long> cell = cells.cell("a");
      Long count = cell.value();
      cell.set(count == null ? 1L : count + 1, i);
    }
    assertThat(bytes.gets).isEqualTo(1);
    assertThat(longs.serialized).isZero();

    commit(store);
    assertThat(longs.serialized).isEqualTo(1);
    assertThat(store.get("a")).isEqualTo(new ValueAndTimestamp<>(1000L, 1000));
    assertThat(longs.deserialized).isZero();
    assertThat(bytes.gets).isEqualTo(1);
  }

  @Test
  void aValueThatCanChangeIsKeptAsItWasPutAndReadAsAFreshObject() {
    Serde<StringBuilder> text = TestSerdes.text();
    var store =
        Stores.keyValueStoreBuilder(supplier(), text, text)
            .withCachingEnabled()
            .build(context().build());
    var heard = new ArrayList<String>();
    KeyValueStoreTest.<StringBuilder, StringBuilder>cells(store)
        .setFlushListener((k, n, o, t) -> heard.add(k + ":" + o + "->" + n), true);
    var key = new StringBuilder("a");
    var value = new StringBuilder("1");
    store.put(key, value);
    value.append("changed later");
    key.append("changed later");

    StringBuilder read = store.get(new StringBuilder("a"));
    assertThat(read).isNotNull().hasToString("1");
    assertThat(store.get(new StringBuilder("a"))).isNotSameAs(read);
    store.flush();
    store.put(new StringBuilder("a"), new StringBuilder("2"));
    store.flush();

    assertThat(heard).containsExactly("a:null->1", "a:1->2");
  }

  @Test
  void overBudgetItDropsWhatItCanReadAgainAndAsksForACommit() {
    var memory = new MemoryBudget(100_000);
    var store =
        Stores.keyValueStoreBuilder(supplier(), Serdes.Integer(), Serdes.String())
            .withCachingEnabled()
            .build(context().memory(memory).build());
    KeyValueStoreTest.<Integer, String>cells(store).setFlushListener((k, n, o, t) -> {}, false);
    int due = 0;
    for (int key = 0; key < 10_000; key++) {
      store.put(key, "value " + key);
      if (memory.commitDue()) {
        due++;
        commit(store);
        assertThat(memory.uncommittedBytes()).isZero();
      }
    }
    commit(store);

    assertThat(due).isBetween(10, 100);
    assertThat(memory.usedBytes()).isLessThan(200_000);
    for (int key = 0; key < 10_000; key++) {
      assertThat(store.get(key)).isEqualTo("value " + key);
    }
    store.close();
    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void withoutAListenerItWritesOutEarlyRatherThanHoldMoreThanTheBudget() {
    var memory = new MemoryBudget(100_000);
    var store =
        Stores.keyValueStoreBuilder(supplier(), Serdes.Integer(), Serdes.String())
            .withCachingEnabled()
            .build(context().memory(memory).build());
    for (int key = 0; key < 10_000; key++) {
      store.put(key, "value " + key);
    }
    assertThat(memory.usedBytes()).isLessThan(200_000);
    ((TaskStore) store).abort();

    assertThat(drain(store.all())).isEmpty();
  }
}
