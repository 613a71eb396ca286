package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application leaves behind is made by hand here: a manifest, and changelog topics. */
final class StoreCommandTest {
  private static final String TOTALS = "shop-totals-changelog";
  private static final String DAILY = "shop-daily-changelog";

  @TempDir private Path data = Path.of("");
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void makeStores() throws IOException {
    cli = new Cli(data);
    try (Broker broker = Broker.open(data, BrokerOptions.defaults())) {
      broker.createTopic(NewTopic.of(TOTALS, 2));
      broker.createTopic(NewTopic.of(DAILY, 1));
      broker.claimTopics("shop", List.of(TOTALS, DAILY));
      put(broker, TOTALS, 0, key("a"), "{\"n\":1}");
      put(broker, TOTALS, 0, key("c"), "{\"n\":3}");
      put(broker, TOTALS, 1, key("b"), "{\"n\":2}");
      put(broker, TOTALS, 1, key("d"), "{\"n\":4}");
      put(broker, TOTALS, 0, key("a"), "{\"n\": 10}");
      put(broker, TOTALS, 1, key("d"), (byte[]) null);
      put(broker, DAILY, 0, windowed("a", 0), number(1));
      put(broker, DAILY, 0, windowed("a", 1000), number(2));
      put(broker, DAILY, 0, windowed("b", 1000), number(3));
      put(broker, DAILY, 0, windowed("ab", 2000), number(4));
      put(broker, DAILY, 0, windowed("a", 3000), number(5));
    }
    manifest(
        "shop",
        """
        format=1
        application=shop
        store.daily.changelog=shop-daily-changelog
        store.daily.key.serde=string
        store.daily.kind=window
        store.daily.retention.ms=3000
        store.daily.value.serde=long
        store.daily.window.ms=1000
        store.private.key.serde=string
        store.private.kind=key-value
        store.private.value.serde=string
        store.totals.changelog=shop-totals-changelog
        store.totals.key.serde=string
        store.totals.kind=key-value
        store.totals.value.serde=json
        """);
  }

  @Test
  void storesAreListedWithWhatTheirApplicationSaysOfThem() {
    assertThat(cli.run("store", "list").out())
        .isEqualTo(
            """
            STORE    APP   KIND       KEY     VALUE   CHANGELOG
            daily    shop  window     string  long    shop-daily-changelog
            private  shop  key-value  string  string  none
            totals   shop  key-value  string  json    shop-totals-changelog
            """);
    assertThat(cli.run("store", "list", "--json").lines())
        .contains(
            """
            {"store":"daily","app":"shop","kind":"window","keySerde":"string","valueSerde":"long",\
            "changelog":"shop-daily-changelog","windowMs":1000,"retentionMs":3000}""");
  }

  @Test
  void aRangeIsTheLastValueOfEachKeyInOrderAcrossPartitions() {
    assertThat(cli.run("store", "range", "totals", "--json").out())
        .isEqualTo(
            """
            {"key":"a","value":{"n":10}}
            {"key":"b","value":{"n":2}}
            {"key":"c","value":{"n":3}}
            """);
    assertThat(cli.run("store", "range", "totals").out())
        .isEqualTo(
            """
            a  {"n":10}
            b  {"n":2}
            c  {"n":3}
            """);
  }

  @Test
  void theTopicThatAStoreConsistsOfIsNotDeleted() {
    var refused = cli.run("topic", "delete", TOTALS);

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith(
            "headwater: topic shop-totals-changelog is where application shop keeps what is its own")
        .hasLineCount(1);
    assertThat(cli.run("store", "get", "totals", "a").exitCode()).isZero();
  }

  @Test
  void bothBoundsOfARangeAreInclusive() {
    assertThat(cli.run("store", "range", "totals", "--from", "b").out()).hasLineCount(2);
    assertThat(cli.run("store", "range", "totals", "--to", "b").out()).hasLineCount(2);
    assertThat(cli.run("store", "range", "totals", "--from", "b", "--to", "b").out())
        .isEqualTo("b  {\"n\":2}\n");
    assertThat(cli.run("store", "range", "totals", "--from", "x").exitCode()).isZero();
  }

  @Test
  void aKeyHasItsLastValueOrTheCommandFails() {
    assertThat(cli.run("store", "get", "totals", "a", "--json").out())
        .isEqualTo("{\"key\":\"a\",\"value\":{\"n\":10}}\n");

    var deleted = cli.run("store", "get", "totals", "d", "--json");
    assertThat(deleted.exitCode()).isEqualTo(1);
    assertThat(deleted.out()).isEmpty();
    assertThat(deleted.err()).isEqualTo("headwater: store totals has nothing under d\n");
  }

  @Test
  void windowsAreShownUntilTheyAreARetentionOld() {
    assertThat(cli.run("store", "range", "daily", "--json").out())
        .isEqualTo(
            """
            {"key":"a","window":{"start":1000,"end":2000},"value":2}
            {"key":"a","window":{"start":3000,"end":4000},"value":5}
            {"key":"ab","window":{"start":2000,"end":3000},"value":4}
            {"key":"b","window":{"start":1000,"end":2000},"value":3}
            """);
    assertThat(cli.run("store", "get", "daily", "b").out())
        .isEqualTo("b  1970-01-01T00:00:01Z  3\n");
  }

  @Test
  void windowsCanBeChosenByTheirStart() {
    assertThat(
            cli.run(
                    "store",
                    "get",
                    "daily",
                    "a",
                    "--from-time",
                    "1970-01-01T00:00:01Z",
                    "--to-time",
                    "1970-01-01T00:00:02Z",
                    "--json")
                .out())
        .isEqualTo("{\"key\":\"a\",\"window\":{\"start\":1000,\"end\":2000},\"value\":2}\n");
    assertThat(cli.run("store", "get", "totals", "a", "--from-time", "1970-01-01").err())
        .isEqualTo(
            "headwater: store totals has no windows to choose by time; see 'headwater store get --help'\n");
    assertThat(cli.run("store", "range", "daily", "--to-time", "noon").exitCode()).isEqualTo(2);
  }

  @Test
  void serdesOnTheCommandLineOverrideTheManifest() {
    assertThat(
            cli.run(
                    "store",
                    "get",
                    "totals",
                    "base64:YQ==",
                    "--json",
                    "--key-serde",
                    "bytes",
                    "--value-serde",
                    "string")
                .out())
        .isEqualTo("{\"key\":\"a\",\"value\":\"{\\\"n\\\": 10}\"}\n");
  }

  @Test
  void whatIsUnknownIsRefusedWithNearNames() {
    assertThat(cli.run("store", "get", "total", "a").err())
        .isEqualTo("headwater: no store total in DATA; did you mean totals?\n");
    assertThat(cli.run("store", "list", "--app", "shoop").err())
        .isEqualTo("headwater: no application shoop has run in DATA; did you mean shop?\n");
    assertThat(cli.run("store", "range", "totals", "--key-serde", "sting").err())
        .isEqualTo("headwater: no serde \"sting\"; did you mean string?\n");
    assertThat(cli.run("store", "range", "private").err())
        .isEqualTo(
            "headwater: store private of shop has no changelog, so only the application itself can read it\n");
  }

  @Test
  void aNameThatTwoApplicationsUseNeedsOneOfThem() throws IOException {
    manifest("other", "format=1\nstore.totals.kind=key-value\n");

    assertThat(cli.run("store", "range", "totals").err())
        .isEqualTo(
            "headwater: several applications have a store totals; choose one with --app: other, shop\n");
    assertThat(cli.run("store", "range", "totals", "--app", "shop").out()).hasLineCount(3);
  }

  @Test
  void aManifestOfANewerFormatIsRefused() throws IOException {
    manifest("shop", "format=2\n");

    assertThat(cli.run("store", "list").err())
        .isEqualTo(
            "headwater: DATA/apps/shop.properties has format \"2\", and this Headwater reads 1; use a newer one\n");
  }

  private void manifest(String application, String text) throws IOException {
    Files.createDirectories(data.resolve("apps"));
    Files.writeString(data.resolve("apps").resolve(application + ".properties"), text);
  }

  private static void put(
      Broker broker, String topic, int partition, byte[] key, byte @Nullable [] value) {
    broker.append(
        new TopicPartition(topic, partition),
        new BatchBuilder().append(0, key, value, Headers.EMPTY));
  }

  private static void put(
      Broker broker, String topic, int partition, byte[] key, @Nullable String value) {
    put(broker, topic, partition, key, value == null ? null : value.getBytes(UTF_8));
  }

  private static byte[] key(String key) {
    return key.getBytes(UTF_8);
  }

  private static byte[] windowed(String key, long startMs) {
    byte[] bytes = key(key);
    return ByteBuffer.allocate(bytes.length + 12).put(bytes).putLong(startMs).putInt(0).array();
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }
}
