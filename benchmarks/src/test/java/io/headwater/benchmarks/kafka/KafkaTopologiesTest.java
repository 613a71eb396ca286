package io.headwater.benchmarks.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.benchmarks.workload.Case;
import io.headwater.benchmarks.workload.Outcome;
import io.headwater.benchmarks.workload.OutcomeFold;
import io.headwater.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KafkaTopologiesTest {
  private static final long START_MS = 1_767_225_600_000L;

  @ParameterizedTest
  @EnumSource
  void theOutputIsWhatTheWorkloadExpects(Case of, @TempDir Path folder) {
    Workload workload = new Workload(of, 3000, START_MS);
    OutcomeFold fold = of.output().fold();
    Properties config = new Properties();
    config.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            KafkaTopologies.of(workload, Serdes.ByteArray(), "output"), config)) {
      if (of == Case.JOIN) {
        TestInputTopic<byte[], byte[]> profiles = input(driver, workload.profilesTopic());
        for (int user = 0; user < of.users(); user++) {
          profiles.pipeInput(
              workload.keyOf(user), workload.profileOf(user), workload.profileTimestampMs());
        }
      }
      TestInputTopic<byte[], byte[]> events = input(driver, workload.eventsTopic());
      for (long index = 0; index < workload.records(); index++) {
        events.pipeInput(workload.key(index), workload.value(index), workload.timestampMs(index));
      }
      TestOutputTopic<byte[], byte[]> output =
          driver.createOutputTopic(
              "output", new ByteArrayDeserializer(), new ByteArrayDeserializer());
      for (KeyValue<byte[], byte[]> record : output.readKeyValuesToList()) {
        fold.accept(record.key, record.value);
      }
    }

    Outcome found = fold.outcome();
    assertThat(of.output().same(found, workload.expected()))
        .as("%s, expected %s", found, workload.expected())
        .isTrue();
  }

  private static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver, String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
