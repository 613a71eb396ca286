package io.headwater.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Serdes;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StoresTest {
  private static StoreBuilder<KeyValueStore<String, Long>> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore("counts"), Serdes.String(), Serdes.Long());
  }

  @Test
  void aBuilderMadeByHandLogsAndDoesNotCache() {
    assertThat(builder().name()).isEqualTo("counts");
    assertThat(builder().cachingEnabled()).isFalse();
    assertThat(builder().loggingEnabled()).isTrue();
    assertThat(builder().logConfig()).isEmpty();
  }

  @Test
  void aBuilderKeepsWhatItIsTold() {
    var builder = builder().withCachingEnabled().withLoggingEnabled(Map.of("retention.ms", "1"));
    assertThat(builder.cachingEnabled()).isTrue();
    assertThat(builder.logConfig()).containsEntry("retention.ms", "1");

    builder.withCachingDisabled().withLoggingDisabled();
    assertThat(builder.cachingEnabled()).isFalse();
    assertThat(builder.loggingEnabled()).isFalse();
    assertThat(builder.logConfig()).isEmpty();
  }

  @Test
  void eachTaskGetsAStoreOfItsOwn() {
    var builder = builder();
    var one = builder.build(StoreContext.builder("topic").build());
    var other = builder.build(StoreContext.builder("topic").build());
    one.put("a", 1L);

    assertThat(other.get("a")).isNull();
  }

  @Test
  void withoutAChangelogAStoreLivesOnTheHeap() {
    assertThat(builder().build(StoreContext.builder("topic").build()).persistent()).isFalse();
  }

  @Test
  void aBuilderDescribesItsStoreForAManifest() {
    assertThat(builder().description())
        .contains(
            new StoreDescription(
                "counts", StoreDescription.Kind.KEY_VALUE, "string", "long", 0, 0));
    assertThat(
            Stores.windowStoreBuilder(
                    Stores.persistentWindowStore(
                        "daily", Duration.ofDays(120), Duration.ofDays(1), false),
                    Serdes.String(),
                    Serdes.Long())
                .description())
        .contains(
            new StoreDescription(
                "daily",
                StoreDescription.Kind.WINDOW,
                "string",
                "long",
                86_400_000L,
                120 * 86_400_000L));
  }

  @Test
  void aStoreOfDuplicatesDoesNotCache() {
    var builder =
        Stores.windowStoreBuilder(
            Stores.inMemoryWindowStore("w", Duration.ofHours(1), Duration.ofMinutes(1), true),
            Serdes.String(),
            Serdes.Long());
    assertThat(builder.withCachingEnabled().cachingEnabled()).isFalse();
  }

  @Test
  void aRetentionShorterThanTheWindowIsRefused() {
    assertThatThrownBy(
            () ->
                Stores.persistentWindowStore(
                    "w", Duration.ofSeconds(1), Duration.ofSeconds(2), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("store w: the retention PT1S is shorter than the window size PT2S");
    assertThatThrownBy(
            () -> Stores.inMemoryWindowStore("w", Duration.ofSeconds(1), Duration.ZERO, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("store w: a window is at least 1 ms long, was PT0S");
    assertThatThrownBy(() -> Stores.persistentKeyValueStore(""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MemoryBudget(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void windowsPrintAndOverlapAsInKafkaStreams() {
    var window = new TimeWindow(10, 20);
    assertThat(window).hasToString("Window{startMs=10, endMs=20}");
    assertThat(new Windowed<>("a", window)).hasToString("[a@10/20]");
    assertThat(KeyValue.pair("a", 1)).hasToString("KeyValue(a, 1)");
    assertThat(window.overlap(new TimeWindow(19, 21))).isTrue();
    assertThat(window.overlap(new TimeWindow(20, 21))).isFalse();
    assertThat(TimeWindow.of(Long.MAX_VALUE - 1, 5).end()).isEqualTo(Long.MAX_VALUE);
    assertThat(ValueAndTimestamp.make(null, 1)).isNull();
    assertThat(ValueAndTimestamp.getValueOrNull(new ValueAndTimestamp<>("v", 1))).isEqualTo("v");
  }
}
