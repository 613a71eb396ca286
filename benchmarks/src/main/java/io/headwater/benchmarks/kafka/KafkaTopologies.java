package io.headwater.benchmarks.kafka;

import io.headwater.benchmarks.workload.Events;
import io.headwater.benchmarks.workload.Workload;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;

/** Each case as a Kafka Streams user would write it. Stores and caches are Kafka's defaults. */
final class KafkaTopologies {
  private KafkaTopologies() {}

  /**
   * The topology of a case.
   *
   * @param eventSerde reads the events' values
   * @param output the topic to write
   */
  static Topology of(Workload workload, Serde<byte[]> eventSerde, String output) {
    StreamsBuilder builder = new StreamsBuilder();
    Serde<String> keys = Serdes.String();
    Serde<byte[]> values = Serdes.ByteArray();
    KStream<String, byte[]> events =
        builder.stream(workload.eventsTopic(), Consumed.with(keys, eventSerde));
    switch (workload.of()) {
      case FILTER_MAP ->
          events
              .filter((user, event) -> Events.kept(event))
              .mapValues(Events::converted)
              .to(output, Produced.with(keys, values));
      case COUNT_10K, COUNT_1M ->
          events
              .groupByKey(Grouped.with(keys, values))
              .count(Materialized.with(keys, Serdes.Long()))
              .toStream()
              .to(output, Produced.with(keys, Serdes.Long()));
      case WINDOW -> {
        Serde<Windowed<String>> windows =
            WindowedSerdes.timeWindowedSerdeFrom(String.class, Workload.WINDOW.toMillis());
        events
            .groupByKey(Grouped.with(keys, values))
            .windowedBy(TimeWindows.ofSizeWithNoGrace(Workload.WINDOW))
            .count(Materialized.with(keys, Serdes.Long()))
            .toStream()
            .to(output, Produced.with(windows, Serdes.Long()));
      }
      case JOIN -> {
        KTable<String, byte[]> profiles =
            builder.table(workload.profilesTopic(), Consumed.with(keys, values));
        events.join(profiles, Events::joined).to(output, Produced.with(keys, values));
      }
    }
    return builder.build();
  }
}
