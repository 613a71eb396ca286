package io.headwater.streams;

import io.headwater.serde.Serdes;
import io.headwater.state.KeyValue;
import io.headwater.state.Stores;
import io.headwater.streams.kstream.Branched;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.GlobalKTable;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Joined;
import io.headwater.streams.kstream.KGroupedStream;
import io.headwater.streams.kstream.KGroupedTable;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.KTable;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Named;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.Repartitioned;
import io.headwater.streams.kstream.TimeWindowedKStream;
import io.headwater.streams.kstream.TimeWindows;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * Makes the same calls on our builder and on Kafka Streams'. Names can be null: then the shortest
 * overload is called.
 */
final class Twins {
  final StreamsBuilder ours = new StreamsBuilder();
  final org.apache.kafka.streams.StreamsBuilder theirs =
      new org.apache.kafka.streams.StreamsBuilder();

  Stream stream(String... topics) {
    return new Stream(ours.stream(List.of(topics)), theirs.stream(List.of(topics)));
  }

  Stream stream(String topic, String name) {
    return new Stream(
        ours.stream(topic, Consumed.as(name)),
        theirs.stream(topic, org.apache.kafka.streams.kstream.Consumed.as(name)));
  }

  Stream stream(Pattern pattern) {
    return new Stream(ours.stream(pattern), theirs.stream(pattern));
  }

  Table table(String topic, @Nullable String name, @Nullable String store) {
    if (name == null && store == null) {
      return new Table(ours.table(topic), theirs.table(topic));
    }
    if (name == null) {
      return new Table(
          ours.table(topic, Materialized.as(store(store))),
          theirs.table(topic, kafkaStore(store(store))));
    }
    if (store == null) {
      return new Table(
          ours.table(topic, Consumed.as(name)),
          theirs.table(topic, org.apache.kafka.streams.kstream.Consumed.as(name)));
    }
    return new Table(
        ours.table(topic, Consumed.as(name), Materialized.as(store)),
        theirs.table(topic, org.apache.kafka.streams.kstream.Consumed.as(name), kafkaStore(store)));
  }

  Global globalTable(String topic, @Nullable String store) {
    return store == null
        ? new Global(ours.globalTable(topic), theirs.globalTable(topic))
        : new Global(
            ours.globalTable(topic, Materialized.as(store)),
            theirs.globalTable(topic, kafkaStore(store)));
  }

  void addStore(String name) {
    ours.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.String()));
    theirs.addStateStore(
        org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
            org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(name),
            org.apache.kafka.common.serialization.Serdes.String(),
            org.apache.kafka.common.serialization.Serdes.String()));
  }

  private static String store(@Nullable String name) {
    return Objects.requireNonNull(name);
  }

  static <K, V, S extends org.apache.kafka.streams.processor.StateStore>
      org.apache.kafka.streams.kstream.Materialized<K, V, S> kafkaStore(String name) {
    return org.apache.kafka.streams.kstream.Materialized.as(name);
  }

  static org.apache.kafka.streams.kstream.Named kafka(String name) {
    return org.apache.kafka.streams.kstream.Named.as(name);
  }

  /** One stream in both. */
  record Stream(
      KStream<String, String> ours,
      org.apache.kafka.streams.kstream.KStream<String, String> theirs) {
    Stream filter(@Nullable String name) {
      return name == null
          ? new Stream(ours.filter((k, v) -> true), theirs.filter((k, v) -> true))
          : new Stream(
              ours.filterNot((k, v) -> true, Named.as(name)),
              theirs.filterNot((k, v) -> true, kafka(name)));
    }

    Stream map(@Nullable String name) {
      return name == null
          ? new Stream(
              ours.map((k, v) -> KeyValue.pair(v, k)),
              theirs.map((k, v) -> org.apache.kafka.streams.KeyValue.pair(v, k)))
          : new Stream(
              ours.flatMap((k, v) -> List.of(KeyValue.pair(v, k)), Named.as(name)),
              theirs.flatMap(
                  (k, v) -> List.of(org.apache.kafka.streams.KeyValue.pair(v, k)), kafka(name)));
    }

    Stream selectKey(@Nullable String name) {
      return name == null
          ? new Stream(ours.selectKey((k, v) -> v), theirs.selectKey((k, v) -> v))
          : new Stream(
              ours.selectKey((k, v) -> v, Named.as(name)),
              theirs.selectKey((k, v) -> v, kafka(name)));
    }

    Stream mapValues(@Nullable String name) {
      return name == null
          ? new Stream(ours.mapValues(v -> v), theirs.mapValues(v -> v))
          : new Stream(
              ours.flatMapValues(v -> List.of(v), Named.as(name)),
              theirs.flatMapValues(v -> List.of(v), kafka(name)));
    }

    Stream peek(@Nullable String name) {
      return name == null
          ? new Stream(ours.peek((k, v) -> {}), theirs.peek((k, v) -> {}))
          : new Stream(
              ours.peek((k, v) -> {}, Named.as(name)), theirs.peek((k, v) -> {}, kafka(name)));
    }

    void foreach(@Nullable String name) {
      if (name == null) {
        ours.foreach((k, v) -> {});
        theirs.foreach((k, v) -> {});
      } else {
        ours.foreach((k, v) -> {}, Named.as(name));
        theirs.foreach((k, v) -> {}, kafka(name));
      }
    }

    Stream merge(Stream other, @Nullable String name) {
      return name == null
          ? new Stream(ours.merge(other.ours), theirs.merge(other.theirs))
          : new Stream(
              ours.merge(other.ours, Named.as(name)), theirs.merge(other.theirs, kafka(name)));
    }

    Stream repartition(@Nullable String name) {
      return name == null
          ? new Stream(ours.repartition(), theirs.repartition())
          : new Stream(
              ours.repartition(Repartitioned.as(name)),
              theirs.repartition(org.apache.kafka.streams.kstream.Repartitioned.as(name)));
    }

    /** The first and the default branch of two and a default. */
    List<Stream> split(@Nullable String name) {
      var ourSplit = name == null ? ours.split() : ours.split(Named.as(name));
      var theirSplit = name == null ? theirs.split() : theirs.split(kafka(name));
      var ourBranches =
          ourSplit
              .branch((k, v) -> true)
              .branch((k, v) -> true, Branched.as("-two"))
              .defaultBranch();
      var theirBranches =
          theirSplit
              .branch((k, v) -> true)
              .branch((k, v) -> true, org.apache.kafka.streams.kstream.Branched.as("-two"))
              .defaultBranch();
      return theirBranches.keySet().stream()
          .sorted()
          .map(
              branch ->
                  new Stream(
                      Objects.requireNonNull(ourBranches.get(branch)),
                      Objects.requireNonNull(theirBranches.get(branch))))
          .toList();
    }

    Stream process(@Nullable String name, String... stores) {
      return name == null
          ? new Stream(
              ours.process(IdleProcessor::new, stores),
              theirs.process(KafkaIdleProcessor::new, stores))
          : new Stream(
              ours.process(IdleProcessor::new, Named.as(name), stores),
              theirs.process(KafkaIdleProcessor::new, kafka(name), stores));
    }

    Stream processValues(@Nullable String name, String... stores) {
      return name == null
          ? new Stream(
              ours.processValues(IdleValuesProcessor::new, stores),
              theirs.processValues(KafkaIdleValuesProcessor::new, stores))
          : new Stream(
              ours.processValues(IdleValuesProcessor::new, Named.as(name), stores),
              theirs.processValues(KafkaIdleValuesProcessor::new, kafka(name), stores));
    }

    void to(String topic, @Nullable String name) {
      if (name == null) {
        ours.to(topic);
        theirs.to(topic);
      } else {
        ours.to(topic, Produced.as(name));
        theirs.to(topic, org.apache.kafka.streams.kstream.Produced.as(name));
      }
    }

    Table toTable(@Nullable String name, @Nullable String store) {
      if (name == null) {
        return store == null
            ? new Table(ours.toTable(), theirs.toTable())
            : new Table(ours.toTable(Materialized.as(store)), theirs.toTable(kafkaStore(store)));
      }
      return store == null
          ? new Table(ours.toTable(Named.as(name)), theirs.toTable(kafka(name)))
          : new Table(
              ours.toTable(Named.as(name), Materialized.as(store)),
              theirs.toTable(kafka(name), kafkaStore(store)));
    }

    GroupedStream groupByKey(@Nullable String name) {
      return name == null
          ? new GroupedStream(ours.groupByKey(), theirs.groupByKey())
          : new GroupedStream(
              ours.groupByKey(Grouped.as(name)),
              theirs.groupByKey(org.apache.kafka.streams.kstream.Grouped.as(name)));
    }

    GroupedStream groupBy(@Nullable String name) {
      return name == null
          ? new GroupedStream(ours.groupBy((k, v) -> v), theirs.groupBy((k, v) -> v))
          : new GroupedStream(
              ours.groupBy((k, v) -> v, Grouped.as(name)),
              theirs.groupBy((k, v) -> v, org.apache.kafka.streams.kstream.Grouped.as(name)));
    }

    Stream join(Table table, @Nullable String name) {
      return name == null
          ? new Stream(ours.join(table.ours, (v, t) -> v), theirs.join(table.theirs, (v, t) -> v))
          : new Stream(
              ours.join(table.ours, (v, t) -> v, Joined.as(name)),
              theirs.join(
                  table.theirs,
                  (v, t) -> v,
                  org.apache.kafka.streams.kstream.Joined.<String, String, String>as(name)));
    }

    Stream leftJoin(Table table, @Nullable String name) {
      return name == null
          ? new Stream(
              ours.leftJoin(table.ours, (v, t) -> v), theirs.leftJoin(table.theirs, (v, t) -> v))
          : new Stream(
              ours.leftJoin(table.ours, (v, t) -> v, Joined.as(name)),
              theirs.leftJoin(
                  table.theirs,
                  (v, t) -> v,
                  org.apache.kafka.streams.kstream.Joined.<String, String, String>as(name)));
    }

    Stream join(Global table, @Nullable String name) {
      return name == null
          ? new Stream(
              ours.join(table.ours, (k, v) -> v, (v, t) -> v),
              theirs.join(table.theirs, (k, v) -> v, (v, t) -> v))
          : new Stream(
              ours.leftJoin(table.ours, (k, v) -> v, (v, t) -> v, Named.as(name)),
              theirs.leftJoin(table.theirs, (k, v) -> v, (v, t) -> v, kafka(name)));
    }
  }

  /** One table in both. */
  record Table(
      KTable<String, String> ours, org.apache.kafka.streams.kstream.KTable<String, String> theirs) {
    Table filter(@Nullable String name, @Nullable String store) {
      if (store != null) {
        return name == null
            ? new Table(
                ours.filterNot((k, v) -> true, Materialized.as(store)),
                theirs.filterNot((k, v) -> true, kafkaStore(store)))
            : new Table(
                ours.filter((k, v) -> true, Named.as(name), Materialized.as(store)),
                theirs.filter((k, v) -> true, kafka(name), kafkaStore(store)));
      }
      return name == null
          ? new Table(
              ours.filter((k, v) -> true, Materialized.with(null, null)),
              theirs.filter(
                  (k, v) -> true, org.apache.kafka.streams.kstream.Materialized.with(null, null)))
          : new Table(
              ours.filter((k, v) -> true, Named.as(name)),
              theirs.filter((k, v) -> true, kafka(name)));
    }

    Table mapValues(@Nullable String name, @Nullable String store) {
      if (store != null) {
        return name == null
            ? new Table(
                ours.mapValues(v -> v, Materialized.as(store)),
                theirs.mapValues(v -> v, kafkaStore(store)))
            : new Table(
                ours.mapValues(v -> v, Named.as(name), Materialized.as(store)),
                theirs.mapValues(v -> v, kafka(name), kafkaStore(store)));
      }
      return name == null
          ? new Table(ours.mapValues(v -> v), theirs.mapValues(v -> v))
          : new Table(
              ours.mapValues((k, v) -> v, Named.as(name)),
              theirs.mapValues((k, v) -> v, kafka(name)));
    }

    Stream toStream(@Nullable String name) {
      return name == null
          ? new Stream(ours.toStream(), theirs.toStream())
          : new Stream(
              ours.toStream((k, v) -> v, Named.as(name)),
              theirs.toStream((k, v) -> v, kafka(name)));
    }

    GroupedTable groupBy(@Nullable String name) {
      return name == null
          ? new GroupedTable(
              ours.groupBy((k, v) -> KeyValue.pair(v, k)),
              theirs.groupBy((k, v) -> org.apache.kafka.streams.KeyValue.pair(v, k)))
          : new GroupedTable(
              ours.groupBy((k, v) -> KeyValue.pair(v, k), Grouped.as(name)),
              theirs.groupBy(
                  (k, v) -> org.apache.kafka.streams.KeyValue.pair(v, k),
                  org.apache.kafka.streams.kstream.Grouped.<String, String>as(name)));
    }
  }

  /** One global table in both. */
  record Global(
      GlobalKTable<String, String> ours,
      org.apache.kafka.streams.kstream.GlobalKTable<String, String> theirs) {}

  /** One grouped stream in both. */
  record GroupedStream(
      KGroupedStream<String, String> ours,
      org.apache.kafka.streams.kstream.KGroupedStream<String, String> theirs) {
    Table reduce(@Nullable String name, @Nullable String store) {
      if (store == null) {
        return new Table(ours.reduce((a, b) -> b), theirs.reduce((a, b) -> b));
      }
      return name == null
          ? new Table(
              ours.reduce((a, b) -> b, Materialized.as(store)),
              theirs.reduce((a, b) -> b, kafkaStore(store)))
          : new Table(
              ours.reduce((a, b) -> b, Named.as(name), Materialized.as(store)),
              theirs.reduce((a, b) -> b, kafka(name), kafkaStore(store)));
    }

    Table aggregate(@Nullable String name, @Nullable String store) {
      if (store == null) {
        return new Table(
            ours.aggregate(() -> "", (k, v, a) -> v), theirs.aggregate(() -> "", (k, v, a) -> v));
      }
      return name == null
          ? new Table(
              ours.aggregate(() -> "", (k, v, a) -> v, Materialized.as(store)),
              theirs.aggregate(() -> "", (k, v, a) -> v, kafkaStore(store)))
          : new Table(
              ours.aggregate(() -> "", (k, v, a) -> v, Named.as(name), Materialized.as(store)),
              theirs.aggregate(() -> "", (k, v, a) -> v, kafka(name), kafkaStore(store)));
    }

    /** Counts, and takes the counts as a stream. */
    Stream count(@Nullable String name, @Nullable String store) {
      KTable<String, Long> ourCounts;
      org.apache.kafka.streams.kstream.KTable<String, Long> theirCounts;
      if (store == null) {
        ourCounts = name == null ? ours.count() : ours.count(Named.as(name));
        theirCounts = name == null ? theirs.count() : theirs.count(kafka(name));
      } else if (name == null) {
        ourCounts = ours.count(Materialized.as(store));
        theirCounts = theirs.count(kafkaStore(store));
      } else {
        ourCounts = ours.count(Named.as(name), Materialized.with(null, null));
        theirCounts =
            theirs.count(
                kafka(name), org.apache.kafka.streams.kstream.Materialized.with(null, null));
      }
      return new Stream(
          ourCounts.toStream().mapValues(String::valueOf),
          theirCounts.toStream().mapValues(String::valueOf));
    }

    WindowedStream windowed() {
      return new WindowedStream(
          ours.windowedBy(
              TimeWindows.ofSizeAndGrace(Duration.ofMillis(10), Duration.ofMillis(5))
                  .advanceBy(Duration.ofMillis(3))),
          theirs.windowedBy(
              org.apache.kafka.streams.kstream.TimeWindows.ofSizeAndGrace(
                      Duration.ofMillis(10), Duration.ofMillis(5))
                  .advanceBy(Duration.ofMillis(3))));
    }
  }

  /** One windowed stream in both; aggregations come as a stream with the key of the window. */
  record WindowedStream(
      TimeWindowedKStream<String, String> ours,
      org.apache.kafka.streams.kstream.TimeWindowedKStream<String, String> theirs) {
    Stream count(@Nullable String name, @Nullable String store) {
      KTable<io.headwater.state.Windowed<String>, Long> ourCounts;
      org.apache.kafka.streams.kstream.KTable<
              org.apache.kafka.streams.kstream.Windowed<String>, Long>
          theirCounts;
      if (store == null) {
        ourCounts = name == null ? ours.count() : ours.count(Named.as(name));
        theirCounts = name == null ? theirs.count() : theirs.count(kafka(name));
      } else if (name == null) {
        ourCounts = ours.count(Materialized.as(store));
        theirCounts = theirs.count(kafkaStore(store));
      } else {
        ourCounts = ours.count(Named.as(name), Materialized.with(null, null));
        org.apache.kafka.streams.kstream.Materialized<String, Long, WindowStore<Bytes, byte[]>>
            unnamed = org.apache.kafka.streams.kstream.Materialized.with(null, null);
        theirCounts = theirs.count(kafka(name), unnamed);
      }
      return new Stream(
          ourCounts.toStream((w, v) -> w.key()).mapValues(String::valueOf),
          theirCounts.toStream((w, v) -> w.key()).mapValues(String::valueOf));
    }

    Stream reduce(@Nullable String store) {
      var ourTable =
          store == null
              ? ours.reduce((a, b) -> b)
              : ours.reduce((a, b) -> b, Materialized.as(store));
      var theirTable =
          store == null
              ? theirs.reduce((a, b) -> b)
              : theirs.reduce((a, b) -> b, kafkaStore(store));
      return new Stream(
          ourTable.toStream((w, v) -> w.key()), theirTable.toStream((w, v) -> w.key()));
    }
  }

  /** One grouped table in both. */
  record GroupedTable(
      KGroupedTable<String, String> ours,
      org.apache.kafka.streams.kstream.KGroupedTable<String, String> theirs) {
    Table reduce(@Nullable String name, @Nullable String store) {
      if (store == null) {
        return new Table(
            ours.reduce((a, b) -> b, (a, b) -> a), theirs.reduce((a, b) -> b, (a, b) -> a));
      }
      return name == null
          ? new Table(
              ours.reduce((a, b) -> b, (a, b) -> a, Materialized.as(store)),
              theirs.reduce((a, b) -> b, (a, b) -> a, kafkaStore(store)))
          : new Table(
              ours.reduce((a, b) -> b, (a, b) -> a, Named.as(name), Materialized.as(store)),
              theirs.reduce((a, b) -> b, (a, b) -> a, kafka(name), kafkaStore(store)));
    }

    Stream count(@Nullable String name) {
      return name == null
          ? new Stream(
              ours.count().toStream().mapValues(String::valueOf),
              theirs.count().toStream().mapValues(String::valueOf))
          : new Stream(
              ours.count(Named.as(name)).toStream().mapValues(String::valueOf),
              theirs.count(kafka(name)).toStream().mapValues(String::valueOf));
    }

    Table aggregate() {
      return new Table(
          ours.aggregate(() -> "", (k, v, a) -> v, (k, v, a) -> a),
          theirs.aggregate(() -> "", (k, v, a) -> v, (k, v, a) -> a));
    }
  }

  private static final class IdleProcessor
      implements io.headwater.streams.processor.Processor<String, String, String, String> {
    @Override
    public void process(io.headwater.streams.processor.Record<String, String> record) {}
  }

  private static final class KafkaIdleProcessor
      implements org.apache.kafka.streams.processor.api.Processor<String, String, String, String> {
    @Override
    public void process(org.apache.kafka.streams.processor.api.Record<String, String> record) {}
  }

  private static final class IdleValuesProcessor
      implements io.headwater.streams.processor.FixedKeyProcessor<String, String, String> {
    @Override
    public void process(io.headwater.streams.processor.FixedKeyRecord<String, String> record) {}
  }

  private static final class KafkaIdleValuesProcessor
      implements org.apache.kafka.streams.processor.api.FixedKeyProcessor<String, String, String> {
    @Override
    public void process(
        org.apache.kafka.streams.processor.api.FixedKeyRecord<String, String> record) {}
  }
}
