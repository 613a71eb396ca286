package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.TopicPartition;
import io.headwater.serde.Serdes;
import io.headwater.state.WindowStore;
import io.headwater.streams.AppConfig;
import io.headwater.streams.AutoOffsetReset;
import io.headwater.streams.ErrorPolicy;
import io.headwater.streams.StreamsBuilder;
import io.headwater.streams.Topology;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.kstream.Consumed;
import io.headwater.streams.kstream.Grouped;
import io.headwater.streams.kstream.Materialized;
import io.headwater.streams.kstream.Produced;
import io.headwater.streams.kstream.TimeWindows;
import io.headwater.streams.processor.FixedKeyProcessor;
import io.headwater.streams.processor.FixedKeyProcessorContext;
import io.headwater.streams.processor.FixedKeyRecord;
import io.headwater.streams.processor.LogAndSkipOnInvalidTimestamp;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.PunctuationType;
import io.headwater.streams.processor.Record;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerTest {
  private static final AppConfig CONFIG = AppConfig.builder().threads(1).build();
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final Stage stage = new Stage();

  @AfterEach
  void close() {
    stage.close();
  }

  /** Calls a function with each record. */
  private static final class Each implements Processor<String, String, String, String> {
    private final BiConsumer<ProcessorContext<String, String>, Record<String, String>> action;
    private @Nullable ProcessorContext<String, String> context;

    private Each(BiConsumer<ProcessorContext<String, String>, Record<String, String>> action) {
      this.action = action;
    }

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
    }

    @Override
    public void process(Record<String, String> record) {
      action.accept(Objects.requireNonNull(context), record);
    }
  }

  /** Reads {@code in} (and {@code in2} if there is one), does something, writes {@code out}. */
  private static Topology each(
      BiConsumer<ProcessorContext<String, String>, Record<String, String>> action,
      String... inputs) {
    ProcessorSupplier<String, String, String, String> supplier = () -> new Each(action);
    return each(supplier, inputs);
  }

  private static Topology each(
      ProcessorSupplier<String, String, String, String> supplier, String... inputs) {
    var string = Serdes.String();
    String[] topics = inputs.length == 0 ? new String[] {"in"} : inputs;
    return new Topology()
        .addSource("source", string.deserializer(), string.deserializer(), topics)
        .addProcessor("each", supplier, "source")
        .addSink("sink", "out", string.serializer(), string.serializer(), "each");
  }

  private static Topology copy() {
    return each((context, record) -> context.forward(record));
  }

  @Test
  void whatIsProcessedBecomesVisibleWhenTheCommitIntervalHasPassed() {
    stage.topic("in", 1).topic("out", 1);
    RunningTopology running = stage.run(copy(), CONFIG);
    stage.write("in", 0, 1, "a", "x");
    Stage.work(running);
    stage.advance(INTERVAL.minusMillis(1));
    stage.write("in", 0, 2, "b", "y");
    Stage.work(running);
    assertThat(stage.read("out")).isEmpty();
    assertThat(running.metrics().processed()).isZero();
    assertThat(running.caughtUp()).isFalse();

    stage.advance(Duration.ofMillis(1));
    Stage.work(running);

    assertThat(stage.read("out")).containsExactly("a=x", "b=y");
    assertThat(running.metrics().processed()).isEqualTo(2);
    assertThat(running.metrics().commits()).isEqualTo(1);
    assertThat(running.caughtUp()).isTrue();
    running.close();
  }

  @Test
  void withoutRecordsThereIsNothingToCommit() {
    stage.topic("in", 1).topic("out", 1);
    RunningTopology running = stage.run(copy(), CONFIG);
    for (int i = 0; i < 10; i++) {
      Stage.work(running);
      stage.advance(INTERVAL);
    }
    running.close();
    assertThat(running.metrics().commits()).isZero();
  }

  @Test
  void aCloseCommitsWhatIsProcessedAndTheNextRunGoesOnAfterIt() {
    stage.topic("in", 1).topic("out", 1);
    RunningTopology first = stage.run(copy(), CONFIG);
    stage.write("in", 0, 1, "a", "x");
    Stage.work(first);
    first.close();
    assertThat(stage.read("out")).containsExactly("a=x");

    stage.reopen();
    stage.write("in", 0, 2, "b", "y");
    RunningTopology second = stage.run(copy(), CONFIG);
    stage.finish(second);
    second.close();
    assertThat(stage.read("out")).containsExactly("a=x", "b=y");
    assertThat(second.metrics().processed()).isEqualTo(1);
  }

  /** Their values alone would fit into one batch of 1 MiB, their keys do not. */
  @Test
  void recordsWithLargeKeysAreWrittenInBatchesThatFit() {
    stage.topic("in", 1).topic("out", 1);
    stage.write("in", 0, 1, "small", "a");
    stage.write("in", 0, 2, "k".repeat(1 << 20), "b");
    stage.write("in", 0, 3, "last", "c");
    RunningTopology running = stage.run(copy(), CONFIG);
    stage.finish(running);
    running.close();
    assertThat(stage.read("out")).containsExactly("small=a", "k".repeat(1 << 20) + "=b", "last=c");
  }

  @Test
  void aProcessorCanAskForACommit() {
    stage.topic("in", 1).topic("out", 1);
    Topology topology =
        each(
            (context, record) -> {
              context.forward(record);
              if (record.value().equals("now")) {
                context.commit();
              }
            });
    RunningTopology running = stage.run(topology, CONFIG);
    stage.write("in", 0, 1, "a", "later");
    stage.write("in", 0, 2, "a", "now");
    stage.write("in", 0, 3, "a", "after");
    Stage.work(running);
    assertThat(stage.read("out")).containsExactly("a=later", "a=now");
    running.close();
    assertThat(stage.read("out")).containsExactly("a=later", "a=now", "a=after");
  }

  @Test
  void inputsAreTakenInTheOrderOfTheirTimes() {
    stage.topic("in", 1).topic("in2", 1).topic("out", 1);
    for (long time : List.of(1L, 4L, 5L, 9L)) {
      stage.write("in", 0, time, "in", "" + time);
    }
    for (long time : List.of(2L, 3L, 8L, 7L, 10L)) {
      stage.write("in2", 0, time, "in2", "" + time);
    }
    RunningTopology running =
        stage.run(each((context, record) -> context.forward(record), "in", "in2"), CONFIG);
    stage.finish(running);
    running.close();
    assertThat(stage.read("out"))
        .containsExactly(
            "in=1", "in2=2", "in2=3", "in=4", "in=5", "in2=8", "in2=7", "in=9", "in2=10");
  }

  @Test
  void aFailureTakesEverythingBackToTheLastCommitAndIsTriedAgainAfterItsBackoff() {
    stage.topic("in", 1).topic("out", 1);
    var failuresLeft = new AtomicInteger(2);
    Topology topology =
        each(
            (context, record) -> {
              context.forward(record);
              if (record.value().equals("3") && failuresLeft.getAndDecrement() > 0) {
                throw new IllegalStateException("not yet");
              }
            });
    AppConfig config =
        AppConfig.builder()
            .threads(1)
            .processingErrors(ErrorPolicy.stop().withRetries(2, Duration.ofSeconds(1)))
            .build();
    RunningTopology running = stage.run(topology, config);
    for (int i = 0; i < 6; i++) {
      stage.write("in", 0, i, "k", "" + i);
    }
    Stage.work(running);
    stage.advance(Duration.ofMillis(999));
    Stage.work(running);
    assertThat(running.metrics().aborts()).isEqualTo(1);
    stage.advance(Duration.ofMillis(1));
    Stage.work(running);
    assertThat(running.metrics().aborts()).isEqualTo(2);
    assertThat(stage.read("out")).isEmpty();
    stage.advance(Duration.ofSeconds(2));
    stage.finish(running);
    running.close();

    assertThat(stage.read("out")).containsExactly("k=0", "k=1", "k=2", "k=3", "k=4", "k=5");
    assertThat(running.metrics().processed()).isEqualTo(6);
    assertThat(running.metrics().produced()).isEqualTo(6);
  }

  @Test
  void afterItsRetriesAFailureStopsTheApplicationAndNothingIsLost() {
    stage.topic("in", 2).topic("out", 1);
    stage.write("in", 1, 1, "k", "fine");
    stage.write("in", 1, 2, "k", "bad");
    Topology topology =
        each(
            (context, record) -> {
              context.forward(record);
              if (record.value().equals("bad")) {
                throw new IllegalArgumentException("cannot do " + record.value());
              }
            });
    RunningTopology running = stage.run(topology, CONFIG);
    assertThatThrownBy(() -> Stage.work(running))
        .isInstanceOf(StreamsException.class)
        .hasMessage(
            "application app stopped: task 0_1 failed at node each, processing the record at in-1"
                + " offset 1: java.lang.IllegalArgumentException: cannot do bad")
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> running.workers().get(0).doWork())
        .isInstanceOf(IllegalStateException.class);
    running.close();
    assertThat(stage.read("out")).isEmpty();

    RunningTopology mended = stage.run(copy(), CONFIG);
    stage.finish(mended);
    mended.close();
    assertThat(stage.read("out")).containsExactly("k=fine", "k=bad");
  }

  @Test
  void aRecordThatKeepsFailingIsDeadLetteredInTheCommitThatPassesIt() {
    stage.topic("in", 1).topic("out", 1).topic("dead", 1);
    for (int i = 0; i < 7; i++) {
      stage.write("in", 0, i, "k", "" + i);
    }
    var tries = new AtomicInteger();
    Topology topology =
        each(
            (context, record) -> {
              context.forward(record);
              if (record.value().equals("2") || record.value().equals("5")) {
                tries.incrementAndGet();
                throw new IllegalStateException("bad " + record.value());
              }
            });
    AppConfig config =
        AppConfig.builder()
            .threads(1)
            .processingErrors(ErrorPolicy.deadLetter("dead").withRetries(2, Duration.ZERO))
            .build();
    RunningTopology running = stage.run(topology, config);
    stage.finish(running);
    running.close();

    assertThat(stage.read("out")).containsExactly("k=0", "k=1", "k=3", "k=4", "k=6");
    assertThat(stage.read("dead")).containsExactly("k=2", "k=5");
    assertThat(tries).hasValue(6);
    var metrics = running.metrics();
    assertThat(metrics.consumed()).isEqualTo(7);
    assertThat(metrics.processed()).isEqualTo(5);
    assertThat(metrics.deadLettered()).isEqualTo(2);
    FetchedRecords dead =
        stage
            .broker()
            .fetch(new TopicPartition("dead", 0), 0, 1 << 16, IsolationLevel.READ_COMMITTED);
    assertThat(dead.next()).isTrue();
    assertThat(dead.timestampMs()).isEqualTo(2);
    assertThat(dead.headers().toList().stream().map(h -> h.key() + "=" + Stage.text(h.value())))
        .containsExactly(
            "__streams.errors.exception=java.lang.IllegalStateException",
            "__streams.errors.message=bad 2",
            "__streams.errors.topic=in",
            "__streams.errors.partition=0",
            "__streams.errors.offset=2");
  }

  private static Topology longs() {
    ProcessorSupplier<String, Long, String, Long> supplier =
        () ->
            new Processor<>() {
              private @Nullable ProcessorContext<String, Long> context;

              @Override
              public void init(ProcessorContext<String, Long> context) {
                this.context = context;
              }

              @Override
              public void process(Record<String, Long> record) {
                Objects.requireNonNull(context).forward(record);
              }
            };
    return new Topology()
        .addSource("source", Serdes.String().deserializer(), Serdes.Long().deserializer(), "in")
        .addProcessor("each", supplier, "source")
        .addSink("sink", "out", Serdes.String().serializer(), Serdes.Long().serializer(), "each");
  }

  @Test
  void anUnreadableRecordStopsTheApplicationUnlessThePolicySaysOtherwise() {
    stage.topic("in", 1).topic("out", 1).topic("dead", 1);
    stage.write("in", 0, 1, "k", "12345678");
    stage.write("in", 0, 2, "k", "short");
    stage.write("in", 0, 3, "k", "87654321");
    RunningTopology strict = stage.run(longs(), CONFIG);
    assertThatThrownBy(() -> Stage.work(strict))
        .isInstanceOf(StreamsException.class)
        .hasMessageStartingWith(
            "application app stopped: task 0_0 failed at source source, reading the record at in-0"
                + " offset 1: io.headwater.serde.SerializationException: ");
    strict.close();

    RunningTopology lenient =
        stage.run(
            longs(),
            AppConfig.builder().threads(1).deserializationErrors(ErrorPolicy.skip()).build());
    stage.finish(lenient);
    lenient.close();
    assertThat(stage.read("out")).containsExactly("k=12345678", "k=87654321");
    assertThat(lenient.metrics().skipped()).isEqualTo(1);
    assertThat(lenient.metrics().consumed()).isEqualTo(3);

    stage.write("in", 0, 4, "k", "long enough");
    RunningTopology careful =
        stage.run(
            longs(),
            AppConfig.builder()
                .threads(1)
                .deserializationErrors(ErrorPolicy.deadLetter("dead"))
                .build());
    stage.finish(careful);
    careful.close();
    assertThat(stage.read("dead")).containsExactly("k=long enough");
    assertThat(careful.metrics().deadLettered()).isEqualTo(1);
  }

  @Test
  void aRecordWithoutATimeIsSkippedIfItsExtractorSaysSo() {
    stage.topic("in", 1).topic("out", 1);
    stage.write("in", 0, -1, "k", "timeless");
    stage.write("in", 0, 1, "k", "timely");
    var string = Serdes.String();
    ProcessorSupplier<String, String, String, String> supplier =
        () -> new Each((context, record) -> context.forward(record));
    var topology =
        new Topology()
            .addSource(
                null,
                "source",
                new LogAndSkipOnInvalidTimestamp(),
                string.deserializer(),
                string.deserializer(),
                "in")
            .addProcessor("each", supplier, "source")
            .addSink("sink", "out", string.serializer(), string.serializer(), "each");
    RunningTopology running = stage.run(topology, CONFIG);
    stage.finish(running);
    running.close();
    assertThat(stage.read("out")).containsExactly("k=timely");
    assertThat(running.metrics().skipped()).isEqualTo(1);
  }

  @Test
  void streamTimeGoesOnWhereTheLastCommitLeftIt() {
    stage.topic("in", 1).topic("out", 1);
    var seen = new ArrayList<Long>();
    ProcessorSupplier<String, String, String, String> supplier =
        () ->
            new Processor<>() {
              @Override
              public void init(ProcessorContext<String, String> context) {
                seen.add(context.currentStreamTimeMs());
              }

              @Override
              public void process(Record<String, String> record) {}
            };
    RunningTopology first = stage.run(each(supplier), CONFIG);
    stage.write("in", 0, 70, "k", "v");
    stage.write("in", 0, 50, "k", "v");
    stage.finish(first);
    first.close();
    stage.reopen();
    stage.run(each(supplier), CONFIG).close();
    assertThat(seen).containsExactly(-1L, 70L);
  }

  /** Counts in windows of 10 ms without grace; a record that says "trap" fails the first time. */
  private static Topology windowed(AtomicInteger traps) {
    var string = Serdes.String();
    var builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(string, string))
        .processValues(() -> new Repeater(90))
        .groupByKey(Grouped.with(string, string))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofMillis(10)))
        .aggregate(
            () -> "",
            (key, value, all) -> {
              if (value.equals("trap") && traps.incrementAndGet() == 1) {
                throw new IllegalStateException("trap");
              }
              return all + value;
            },
            Materialized.<String, String, WindowStore<byte[], byte[]>>as("windows")
                .withKeySerde(string)
                .withValueSerde(string)
                .withRetention(Duration.ofHours(1)))
        .toStream((window, all) -> window.key() + "@" + window.window().start())
        .to("out", Produced.with(string, string));
    return builder.build();
  }

  @Test
  void aRecordThatWasLateBeforeARestartIsLateAfterIt() {
    stage.topic("in", 1).topic("out", 1);
    RunningTopology first = stage.run(windowed(new AtomicInteger()), CONFIG);
    stage.write("in", 0, 5, "k", "a");
    stage.write("in", 0, 30, "k", "b");
    stage.finish(first);
    first.close();
    stage.reopen();
    RunningTopology second = stage.run(windowed(new AtomicInteger()), CONFIG);
    stage.write("in", 0, 6, "k", "late");
    stage.finish(second);
    second.close();
    assertThat(stage.read("out")).containsExactly("k@0=a", "k@30=b");
    assertThat(second.metrics().dropped()).isEqualTo(1);
  }

  @Test
  void afterAnAbortARecordIsLateIfItWasLateAtTheLastCommitAndNotByWhatWasTakenBack() {
    stage.topic("in", 2).topic("out", 2);
    AppConfig config =
        AppConfig.builder()
            .threads(1)
            .processingErrors(ErrorPolicy.skip().withRetries(0, Duration.ZERO))
            .build();
    RunningTopology running = stage.run(windowed(new AtomicInteger()), config);
    stage.write("in", 0, 5, "k", "a");
    stage.write("in", 0, 30, "k", "b");
    stage.finish(running);
    stage.write("in", 0, 90, "k", "trap");
    stage.write("in", 0, 6, "k", "late");
    stage.write("in", 0, 31, "k", "c");
    stage.finish(running);
    running.close();
    assertThat(stage.read("out")).containsExactly("k@0=a", "k@30=b", "k@30=bc");
    assertThat(running.metrics().aborts()).isEqualTo(1);
    assertThat(running.metrics().dropped()).isEqualTo(1);
  }

  /** Forwards each record, and the last one again every second of the wall clock, at that time. */
  private static final class Repeater implements FixedKeyProcessor<String, String, String> {
    private final long timestampMs;
    private @Nullable FixedKeyProcessorContext<String, String> context;
    private @Nullable FixedKeyRecord<String, String> last;

    private Repeater(long timestampMs) {
      this.timestampMs = timestampMs;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, String> context) {
      this.context = context;
      context.schedule(
          Duration.ofSeconds(1),
          PunctuationType.WALL_CLOCK_TIME,
          nowMs -> {
            if (last != null) {
              context.forward(last.withTimestamp(timestampMs));
            }
          });
    }

    @Override
    public void process(FixedKeyRecord<String, String> record) {
      last = record;
      Objects.requireNonNull(context).forward(record);
    }
  }

  @Test
  void aTimeThatOnlyAPunctuationMovedSurvivesARestart() {
    stage.topic("in", 1).topic("out", 1);
    RunningTopology first = stage.run(windowed(new AtomicInteger()), CONFIG);
    stage.write("in", 0, 5, "k", "a");
    stage.finish(first);
    stage.advance(Duration.ofSeconds(1));
    stage.finish(first);
    first.close();
    stage.reopen();
    RunningTopology second = stage.run(windowed(new AtomicInteger()), CONFIG);
    stage.write("in", 0, 6, "k", "late");
    stage.finish(second);
    second.close();
    assertThat(stage.read("out")).containsExactly("k@0=a", "k@90=a");
  }

  @Test
  void aFailedPunctuationIsTakenBackAndTriedAgainAndThenStopsTheApplication() {
    stage.topic("in", 1).topic("out", 1);
    var failing = new AtomicInteger(1);
    ProcessorSupplier<String, String, String, String> supplier =
        () ->
            new Processor<>() {
              @Override
              public void init(ProcessorContext<String, String> context) {
                context.schedule(
                    Duration.ofMillis(10),
                    PunctuationType.WALL_CLOCK_TIME,
                    time -> {
                      context.forward(new Record<>("tick", "" + time, time));
                      if (failing.getAndDecrement() > 0) {
                        throw new IllegalStateException("out of step");
                      }
                    });
              }

              @Override
              public void process(Record<String, String> record) {}
            };
    AppConfig config =
        AppConfig.builder()
            .threads(1)
            .processingErrors(ErrorPolicy.stop().withRetries(1, Duration.ofMillis(5)))
            .build();
    RunningTopology running = stage.run(each(supplier), config);
    stage.advance(Duration.ofMillis(10));
    Stage.work(running);
    stage.advance(Duration.ofMillis(10));
    Stage.work(running);
    stage.advance(INTERVAL);
    Stage.work(running);
    assertThat(stage.read("out")).containsExactly("tick=1000020", "tick=1000120");

    failing.set(1);
    stage.advance(Duration.ofMillis(10));
    assertThatThrownBy(() -> Stage.work(running))
        .isInstanceOf(StreamsException.class)
        .hasMessage(
            "application app stopped: task 0_0 failed at node each:"
                + " java.lang.IllegalStateException: out of step");
    running.close();
  }

  @Test
  void aBrokerThatIsClosedUnderAnApplicationLosesNothingThatWasCommitted() {
    stage.topic("in", 1).topic("out", 1);
    RunningTopology running = stage.run(copy(), CONFIG);
    stage.write("in", 0, 1, "a", "committed");
    stage.finish(running);
    stage.write("in", 0, 2, "a", "processed");
    Stage.work(running);
    stage.reopen();
    stage.advance(INTERVAL);
    assertThatThrownBy(() -> Stage.work(running)).isInstanceOf(StreamsException.class);
    running.close();
    assertThat(stage.read("out")).containsExactly("a=committed");

    RunningTopology next = stage.run(copy(), CONFIG);
    stage.finish(next);
    next.close();
    assertThat(stage.read("out")).containsExactly("a=committed", "a=processed");
  }

  @Test
  void aSourceMayStartAtTheEnd() {
    stage.topic("in", 1).topic("out", 1);
    stage.write("in", 0, 1, "a", "before");
    RunningTopology running =
        stage.run(
            copy(), AppConfig.builder().threads(1).offsetReset(AutoOffsetReset.latest()).build());
    stage.write("in", 0, 2, "a", "after");
    stage.finish(running);
    running.close();
    assertThat(stage.read("out")).containsExactly("a=after");
  }

  @Test
  void aWrongSerdeIsNamedWithItsNode() {
    stage.topic("in", 1).topic("out", 1);
    stage.write("in", 0, 1, "a", "b");
    ProcessorSupplier<String, String, String, String> supplier =
        () -> new Each((context, record) -> context.forward(record));
    var topology =
        new Topology()
            .addSource("source", "in")
            .addProcessor("each", supplier, "source")
            .addSink(
                "sink", "out", Serdes.String().serializer(), Serdes.String().serializer(), "each");
    RunningTopology running = stage.run(topology, CONFIG);
    assertThatThrownBy(() -> Stage.work(running))
        .isInstanceOf(StreamsException.class)
        .hasMessageContaining(
            "task 0_0 failed at node sink, processing the record at in-0 offset 0")
        .hasMessageContaining("the key serializer of node sink cannot write a [B to topic out");
    running.close();
  }
}
