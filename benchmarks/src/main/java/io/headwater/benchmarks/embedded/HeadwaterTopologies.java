package io.headwater.benchmarks.embedded;

import io.headwater.benchmarks.workload.Events;
import io.headwater.benchmarks.workload.Workload;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.state.Windowed;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.TimeWindowedSerde;
import io.headwater.streams.kstream.TimeWindows;

/** Each case as a user would write it. Stores and caches are the defaults. */
final class HeadwaterTopologies {
  private HeadwaterTopologies() {}

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
        Serde<Windowed<String>> windows = new TimeWindowedSerde<>(keys, Workload.WINDOW.toMillis());
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
