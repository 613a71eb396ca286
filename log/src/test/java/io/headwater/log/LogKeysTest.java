package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.StorageFile;
import io.headwater.serde.Headers;
import io.headwater.serde.Serdes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading by key. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogKeysTest extends LogContract {
  @Override
  LogOptions.Builder options() {
    return super.options().keyIndex(true);
  }

  private static List<byte @Nullable []> keys(@Nullable String... keys) {
    var list = new ArrayList<byte @Nullable []>();
    for (String key : keys) {
      list.add(key == null ? null : bytes(key));
    }
    return list;
  }

  /** The writer, a view, and the log after reopening: with the index, without its files. */
  private void everywhere(Log log, Consumer<Log> questions) {
    reading(log, questions);
    log.close();
    try (Log again = open()) {
      reading(again, questions);
    }
    for (var file : storage.list(folder)) {
      if (file.toString().endsWith(".keyindex")) {
        storage.delete(file);
      }
    }
    try (Log again = open()) {
      reading(again, questions);
    }
  }

  @Test
  @DisplayName("KL-021, KL-059, KL-062: the messages of a key, in order, some at a time")
  void theMessagesOfAKey() {
    Log log = open();
    publish(log, 20); // keys k0, k1, k2, k0, ...
    log.publish(listOf(message("k1", "v20"), message("x", "v21"), message("k1", "v22")));
    everywhere(
        log,
        each -> {
          Consumed first = each.consumeByKey(bytes("k1"), Log.OLDEST, 3);
          assertThat(values(first)).containsExactly("v1", "v4", "v7");
          assertThat(first.nextOffset()).isEqualTo(8);
          Consumed rest = each.consumeByKey(bytes("k1"), first.nextOffset(), 100);
          assertThat(values(rest)).containsExactly("v10", "v13", "v16", "v19", "v20", "v22");
          assertThat(rest.nextOffset()).isEqualTo(23);
          assertThat(values(each.consumeByKey(bytes("k1"), 4, 1))).containsExactly("v4");
          assertThat(values(each.consumeByKey(bytes("k1"), 5, 1))).containsExactly("v7");
          assertThat(each.consumeByKey(bytes("k1"), 23, 1)).isEqualTo(new Consumed(23, List.of()));
          assertThat(each.consumeByKey(bytes("k"), 0, 5)).isEqualTo(new Consumed(23, List.of()));
        });
  }

  @Test
  @DisplayName("KL-063: from NEWEST there is nothing; other offsets are in range or an error")
  void offsetsByKey() {
    Log log = open();
    publish(log, 4);
    everywhere(
        log,
        each -> {
          assertThat(each.consumeByKey(bytes("k0"), Log.NEWEST, 5))
              .isEqualTo(new Consumed(4, List.of()));
          for (long offset : new long[] {5, -3}) {
            assertThatThrownBy(() -> each.consumeByKey(bytes("k0"), offset, 5))
                .isInstanceOf(OffsetOutOfRangeException.class);
          }
          assertThatThrownBy(() -> each.consumeByKey(bytes("k0"), 0, 0))
              .isInstanceOf(IllegalArgumentException.class);
        });
  }

  @Test
  @DisplayName(
      "KL-072, KL-073, KL-075: the last message of a key; after its deletion, the one before")
  void theLastMessageOfAKey() {
    Log log = open();
    publish(log, 9);
    log.deleteAll(OffsetSet.of(7, 2, 5, 8), DeleteBackoff.NONE);
    everywhere(
        log,
        each -> {
          assertThat(value(each.getByKey(bytes("k0")))).isEqualTo("v6");
          assertThat(value(each.getByKey(bytes("k1")))).isEqualTo("v4");
          assertThat(each.offsetByKey(bytes("k1"))).isEqualTo(4);
          assertThat(values(each.consumeByKey(bytes("k1"), Log.OLDEST, 5)))
              .containsExactly("v1", "v4");
          for (Runnable call :
              List.<Runnable>of(
                  () -> each.getByKey(bytes("k2")), () -> each.offsetByKey(bytes("k2")))) {
            assertThatThrownBy(call::run)
                .isInstanceOf(MessageNotFoundException.class)
                .hasMessage("orders-0 has no message with the key 'k2'");
          }
          assertThatThrownBy(() -> each.getByKey(new byte[] {'a', 0, (byte) 0xff}))
              .hasMessage("orders-0 has no message with the key 'a\\x00\\xff'");
          assertThatThrownBy(() -> each.getByKey(null))
              .hasMessage("orders-0 has no message with the key null");
        });
  }

  @Test
  @DisplayName("many keys at once: one answer for each, in order, null where there is none")
  void manyKeys() {
    Log log = open();
    publish(log, 9);
    everywhere(
        log,
        each -> {
          List<@Nullable Message> found = each.getByKeys(keys("k2", "none", null, "k0", "k2"));
          assertThat(found).containsExactly(each.get(8), null, null, each.get(6), each.get(8));
          assertThat(each.getByKeys(List.of())).isEmpty();
        });
  }

  @Test
  @DisplayName("KL-074, KL-158: null and empty are keys like any other, and two of them")
  void nullAndEmptyKeys() {
    Log log = open();
    log.publish(
        listOf(message(null, "a"), message("", "b"), message("x", "c"), message(null, "d")));
    everywhere(
        log,
        each -> {
          assertThat(value(each.getByKey(null))).isEqualTo("d");
          assertThat(value(each.getByKey(bytes("")))).isEqualTo("b");
          assertThat(values(each.consumeByKey(null, 0, 5))).containsExactly("a", "d");
          assertThat(values(each.consumeByKey(bytes(""), 0, 5))).containsExactly("b");
          TypedLog<String, String> typed = TypedLog.of(each, Serdes.String(), Serdes.String());
          assertThat(typed.getByKey(null).value()).isEqualTo("d");
          assertThat(typed.offsetByKey("")).isEqualTo(1);
          assertThat(typed.consumeByKey(null, 0, 5).messages())
              .extracting(TypedMessage::value)
              .containsExactly("a", "d");
          assertThat(typed.getByKeys(Arrays.asList("x", null, "y")))
              .extracting(message -> message == null ? null : message.value())
              .containsExactly("c", "d", null);
        });
  }

  @Test
  @DisplayName("KL-064: keys of the same hash are told apart")
  void collisions() {
    // The index keeps 31 bits of a hash: among so many keys some share them.
    int count = place.tiny() ? 2_000 : 100_000;
    LogOptions options = options().segmentBytes(1 << 20).build();
    try (Log log = Log.open(storage, folder, options)) {
      var batch = new ArrayList<Message>();
      for (int i = 0; i < count; i++) {
        batch.add(message("key-" + i, "v" + i));
        if (batch.size() == 1_000) {
          log.publish(batch);
          batch.clear();
        }
      }
      for (int i = 0; i < count; i++) {
        byte[] key = bytes("key-" + i);
        assertThat(log.offsetByKey(key)).isEqualTo(i);
        if (i % 100 == 0) {
          assertThat(values(log.consumeByKey(key, 0, 5))).containsExactly("v" + i);
        }
      }
    }
  }

  @Test
  @DisplayName(
      "KL-006, KL-060, KL-072: without the index every way by key says which to open it with")
  void withoutTheIndex() {
    try (Log log = Log.open(storage, folder, options().keyIndex(false).build())) {
      publish(log, 3);
      for (Runnable call :
          List.<Runnable>of(
              () -> log.consumeByKey(bytes("k0"), 0, 1),
              () -> log.getByKey(bytes("k0")),
              () -> log.offsetByKey(bytes("k0")),
              () -> log.getByKeys(List.of()),
              () -> waitFor(log))) {
        assertThatThrownBy(call::run)
            .isInstanceOf(NoSuchIndexException.class)
            .isInstanceOf(LogException.class)
            .hasMessageContaining("orders-0")
            .hasMessageContaining("keyIndex");
      }
    }
  }

  private static void waitFor(Log log) {
    try {
      log.consumeByKeyBlocking(bytes("k0"), 0, 1, Duration.ZERO);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("KL-029: the index can be turned on and off; what was published without it is found")
  void turnedOnAndOff() {
    try (Log log = Log.open(storage, folder, options().keyIndex(false).build())) {
      publish(log, 10);
    }
    try (Log log = open()) {
      assertThat(log.offsetByKey(bytes("k0"))).isEqualTo(9);
      publish(log, 5);
    }
    try (Log log = Log.open(storage, folder, options().keyIndex(false).build())) {
      publish(log, 5);
    }
    assertThat(storage.list(folder)).noneMatch(file -> file.toString().endsWith(".keyindex"));
    try (Log log = open()) {
      assertThat(log.offsetByKey(bytes("k0"))).isEqualTo(18);
      assertThat(log.consumeByKey(bytes("k0"), 0, 100).messages()).hasSize(7);
    }
  }

  @Test
  @DisplayName("a view gets past messages that were deleted before it looked again")
  void aViewPastDeletedMessages() {
    try (Log log = open();
        Log view = view()) {
      publish(log, 3);
      log.delete(OffsetSet.of(2));
      assertThat(view.refresh()).isTrue();
      // It may show the message still, from the file that it has open.
      assertThat(view.consumeByKey(bytes("k2"), 0, 5).nextOffset()).isEqualTo(3);
      assertThat(view.consumeByKey(bytes("k9"), 0, 5)).isEqualTo(new Consumed(3, List.of()));
    }
  }

  @Test
  @DisplayName("of large messages some are in the index's files before there are many")
  void writtenBySize() {
    LogOptions options = options().executor(Runnable::run).build();
    try (Log log = Log.open(storage, folder, options)) {
      for (int i = 0; i < 17; i++) {
        assertThat(storage.list(folder)).noneMatch(file -> file.toString().endsWith(".keyindex"));
        log.publish(bytes("k" + i), new byte[1_000_000]);
      }
      assertThat(storage.list(folder)).anyMatch(file -> file.toString().endsWith(".keyindex"));
      assertThat(log.offsetByKey(bytes("k3"))).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("the index is made also of a log with a damage, of all that can be read")
  void madeOfADamagedLog() {
    try (Log log = Log.open(storage, folder, options().keyIndex(false).build())) {
      for (int i = 0; i < 30; i++) {
        log.publish(bytes("u" + i), bytes("v" + i));
      }
    }
    Path damaged = folder.resolve("%020d.log".formatted(0));
    try (StorageFile file = storage.open(damaged)) {
      byte[] one = new byte[1];
      file.read(file.size() / 2, one, 0, 1);
      one[0] ^= 1;
      file.write(file.size() / 2, one, 0, 1);
    }
    try (Log log = open()) {
      int lost = 0;
      for (int i = 0; i < 30; i++) {
        List<Message> found = log.consumeByKey(bytes("u" + i), Log.OLDEST, 2).messages();
        lost += found.isEmpty() ? 1 : 0;
        assertThat(offsets(found)).isIn(List.of(), List.of((long) i));
      }
      assertThat(lost).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("KL-120, KL-159: by key it waits on, whatever is published under other keys")
  void waitingForAKey() throws Exception {
    try (Log log = open()) {
      publish(log, 3);
      var waiting = Elsewhere.waiting(() -> log.consumeByKeyBlocking(bytes("x"), 0, 5, DAY));
      var newest =
          Elsewhere.waiting(() -> log.consumeByKeyBlocking(bytes("k1"), Log.NEWEST, 5, DAY));
      log.publish(bytes("y"), bytes("v3"));
      log.publish(bytes("x"), bytes("v4"));
      assertThat(values(waiting.result())).containsExactly("v4");
      assertThat(waiting.result().nextOffset()).isEqualTo(5);
      log.publish(bytes("k1"), bytes("v5"));
      assertThat(values(newest.result())).containsExactly("v5");
      assertThat(values(log.consumeByKeyBlocking(bytes("x"), 0, 5, DAY))).containsExactly("v4");
    }
  }

  @Test
  @DisplayName("by key, a time that passes returns the next offset after what was looked at")
  void aTimeThatPasses() throws Exception {
    try (Log log = open()) {
      publish(log, 5);
      assertThat(log.consumeByKeyBlocking(bytes("x"), 1, 5, Duration.ofNanos(1)))
          .isEqualTo(new Consumed(5, List.of()));
    }
  }

  @Test
  @DisplayName("KL-124: closing the log wakes who waits for a key")
  void closed() throws Exception {
    Log log = open();
    var waiting = Elsewhere.waiting(() -> log.consumeByKeyBlocking(bytes("x"), 0, 5, DAY));
    log.close();
    assertThatThrownBy(waiting::result)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    assertThatThrownBy(() -> log.getByKey(bytes("x")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  @DisplayName("a view finds by key what its refresh took up")
  void refresh() {
    try (Log log = open();
        Log view = view()) {
      publish(log, 9);
      assertThatThrownBy(() -> view.getByKey(bytes("k0")))
          .isInstanceOf(MessageNotFoundException.class);
      view.refresh();
      assertThat(value(view.getByKey(bytes("k0")))).isEqualTo("v6");
      publish(log, 3);
      view.refresh();
      assertThat(values(view.consumeByKey(bytes("k0"), 1, 9))).containsExactly("v3", "v6", "v9");
    }
  }

  @Test
  @DisplayName("reading by key ends at an open transaction, however many of its messages there are")
  void anOpenTransaction() {
    try (BatchLog log = BatchLog.open(storage, folder, options().build())) {
      log.append(batch("k", "k", "other"));
      log.append(batch("k", "k", "k").producer(7, (short) 0, -1, true));
      log.append(batch("k"));
    }
    try (Log log = Log.open(storage, folder, options().readCommitted(true).build())) {
      for (int maxCount : new int[] {1, 2, 3, 4, 1_000}) {
        assertThat(log.consumeByKey(bytes("k"), 3, maxCount)).isEqualTo(new Consumed(3, List.of()));
        assertThat(log.consumeByKey(bytes("k"), 2, maxCount)).isEqualTo(new Consumed(3, List.of()));
        assertThat(offsets(log.consumeByKey(bytes("k"), 0, maxCount).messages()))
            .isEqualTo(maxCount == 1 ? List.of(0L) : List.of(0L, 1L));
      }
    }
  }

  private static BatchBuilder batch(String... keys) {
    var batch = new BatchBuilder();
    for (String key : keys) {
      batch.append(1_000, bytes(key), null, Headers.EMPTY);
    }
    return batch;
  }
}
