package io.headwater.testkit.streams.differential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import io.headwater.serde.Serdes;
import io.headwater.streams.AppConfig;
import io.headwater.streams.StreamsBuilder;
import io.headwater.testkit.streams.TestRecord;
import io.headwater.testkit.streams.TopologyTestDriver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** One program in both builders; strings are the default serde of both. */
final class Twins {
  private static final Instant START = Instant.ofEpochMilli(1_000_000);
  private static final List<String> KEYS = Arrays.asList(null, "a", "b", "c", "dd", "e");
  private static final List<String> VALUES =
      Arrays.asList(null, "", "a", "b", "1", "22", "333", "a b", "b c d", "x");

  final StreamsBuilder ours = new StreamsBuilder();
  final org.apache.kafka.streams.StreamsBuilder theirs =
      new org.apache.kafka.streams.StreamsBuilder();
  private final List<String> inputs;
  private final Properties config = new Properties();

  /**
   * A program that reads those topics.
   *
   * @param cached whether Kafka Streams has a cache; each record is committed by both
   */
  Twins(boolean cached, String... inputs) {
    this.inputs = List.of(inputs);
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-driver");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cached ? "1000000" : "0");
    String strings = org.apache.kafka.common.serialization.Serdes.StringSerde.class.getName();
    config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, strings);
    config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, strings);
  }

  /** Pipes records made by that seed through both, and compares after each what was written. */
  void compare(long seed, int records, String... outputs) {
    var random = new Random(seed);
    var ourConfig =
        AppConfig.builder()
            .defaultKeySerde(Serdes.String())
            .defaultValueSerde(Serdes.String())
            .build();
    try (var ourDriver = new TopologyTestDriver(ours.build(), ourConfig, START);
        var theirDriver =
            new org.apache.kafka.streams.TopologyTestDriver(theirs.build(), config, START)) {
      int written = 0;
      for (int i = 0; i < records; i++) {
        String topic = inputs.get(random.nextInt(inputs.size()));
        String key = KEYS.get(random.nextInt(KEYS.size()));
        String value = VALUES.get(random.nextInt(VALUES.size()));
        long timestamp = Math.max(0, i * 3L + random.nextInt(40) - 30);
        List<String> headers = random.nextInt(3) == 0 ? List.of("h" + i, "g") : List.of();
        ourDriver
            .createInputTopic(topic, Serdes.String().serializer(), Serdes.String().serializer())
            .pipeInput(new TestRecord<>(key, value, headers(headers), timestamp));
        theirDriver
            .createInputTopic(topic, new StringSerializer(), new StringSerializer())
            .pipeInput(
                new org.apache.kafka.streams.test.TestRecord<>(
                    key, value, kafkaHeaders(headers), timestamp));
        Map<String, List<String>> expected = new TreeMap<>();
        Map<String, List<String>> actual = new TreeMap<>();
        for (String output : outputs) {
          expected.put(output, theirRecords(theirDriver, output));
          actual.put(output, ourRecords(ourDriver, output));
          written += expected.get(output).size();
        }
        assertThat(actual)
            .as(
                "seed %d, record %d: %s to %s, key %s, value %s, headers %s",
                seed, i, timestamp, topic, key, value, headers)
            .isEqualTo(expected);
      }
      assertThat(written).as("seed %d, records written", seed).isPositive();
    }
  }

  private static Headers headers(List<String> names) {
    return Headers.of(names.stream().map(name -> new Header(name, name.getBytes(UTF_8))).toList());
  }

  private static RecordHeaders kafkaHeaders(List<String> names) {
    var headers = new RecordHeaders();
    names.forEach(name -> headers.add(name, name.getBytes(UTF_8)));
    return headers;
  }

  private static List<String> ourRecords(TopologyTestDriver driver, String topic) {
    var bytes = Serdes.ByteArray().deserializer();
    var records = new ArrayList<String>();
    for (var record : driver.createOutputTopic(topic, bytes, bytes).readRecordsToList()) {
      var headers = new ArrayList<String>();
      record.headers().forEach(header -> headers.add(header.key() + "=" + hex(header.value())));
      records.add(text(record.key(), record.value(), record.timestamp(), headers));
    }
    return records;
  }

  private static List<String> theirRecords(
      org.apache.kafka.streams.TopologyTestDriver driver, String topic) {
    var bytes = new ByteArrayDeserializer();
    var records = new ArrayList<String>();
    for (var record : driver.createOutputTopic(topic, bytes, bytes).readRecordsToList()) {
      var headers = new ArrayList<String>();
      record.headers().forEach(header -> headers.add(header.key() + "=" + hex(header.value())));
      records.add(text(record.key(), record.value(), record.timestamp(), headers));
    }
    return records;
  }

  private static String text(
      byte @Nullable [] key,
      byte @Nullable [] value,
      @Nullable Long timestamp,
      List<String> headers) {
    return "%s: %s at %d %s".formatted(hex(key), hex(value), timestamp, headers);
  }

  private static String hex(byte @Nullable [] bytes) {
    return bytes == null ? "null" : "'" + HexFormat.of().formatHex(bytes) + "'";
  }
}
