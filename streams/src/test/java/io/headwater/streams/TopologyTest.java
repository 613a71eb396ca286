package io.headwater.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Serdes;
import io.headwater.state.KeyValueStore;
import io.headwater.state.StoreBuilder;
import io.headwater.state.Stores;
import io.headwater.streams.errors.TopologyException;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorSupplier;
import io.headwater.streams.processor.Record;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TopologyTest {
  private final Topology topology = new Topology();

  private static final class Idle implements Processor<Object, Object, Object, Object> {
    @Override
    public void process(Record<Object, Object> record) {}
  }

  private static final class KafkaIdle
      implements org.apache.kafka.streams.processor.api.Processor<Object, Object, Object, Object> {
    @Override
    public void process(org.apache.kafka.streams.processor.api.Record<Object, Object> record) {}
  }

  private static StoreBuilder<KeyValueStore<String, String>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.String());
  }

  private static org.apache.kafka.streams.state.StoreBuilder<?> kafkaStore(String name) {
    return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
        org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(name),
        org.apache.kafka.common.serialization.Serdes.String(),
        org.apache.kafka.common.serialization.Serdes.String());
  }

  @Test
  void isDescribedAsKafkaStreamsDescribesTheSame() {
    topology
        .addSource("a", "t1", "t2", "t3")
        .addSource("b", Pattern.compile("x.*"))
        .addProcessor("p", Idle::new, "a", "b")
        .addProcessor("q", Idle::new, "a")
        .addProcessor("lonely", Idle::new, "q")
        .addStateStore(store("s1"), "p")
        .addStateStore(store("s2"), "p", "q")
        .addSink("sink", "out", "p", "q")
        .addSource("c", "t4")
        .addProcessor("r", Idle::new, "c")
        .connectProcessorAndStateStores("r", "s1");
    topology.addSource("d", "t5").addSink("copy", "t6", "d");
    var theirs = new org.apache.kafka.streams.Topology();
    theirs
        .addSource("a", "t1", "t2", "t3")
        .addSource("b", Pattern.compile("x.*"))
        .addProcessor("p", KafkaIdle::new, "a", "b")
        .addProcessor("q", KafkaIdle::new, "a")
        .addProcessor("lonely", KafkaIdle::new, "q")
        .addStateStore(kafkaStore("s1"), "p")
        .addStateStore(kafkaStore("s2"), "p", "q")
        .addSink("sink", "out", "p", "q")
        .addSource("c", "t4")
        .addProcessor("r", KafkaIdle::new, "c")
        .connectProcessorAndStateStores("r", "s1");
    theirs.addSource("d", "t5").addSink("copy", "t6", "d");
    assertThat(topology.describe().toString()).isEqualTo(theirs.describe().toString());
  }

  @Test
  void nodesConnectedByAStoreAreOneSubtopologyAndOthersAreNot() {
    topology
        .addSource("a", "t1")
        .addProcessor("p", Idle::new, "a")
        .addSource("b", "t2")
        .addProcessor("q", Idle::new, "b")
        .addSource("c", "t3")
        .addSink("sink", "out", "c")
        .addStateStore(store("s"), "p", "q");
    var parts = topology.plan().subtopologies();
    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).id()).isZero();
    assertThat(parts.get(0).sourceTopics()).containsExactly("t1", "t2");
    assertThat(parts.get(0).stores()).singleElement().matches(part -> part.name().equals("s"));
    assertThat(parts.get(0).stores().get(0).changelogTopic("app")).isEqualTo("app-s-changelog");
    assertThat(parts.get(1).id()).isEqualTo(1);
    assertThat(parts.get(1).stores()).isEmpty();
  }

  @Test
  void aStoreThatNoProcessorUsesIsNotInThePlan() {
    topology.addSource("a", "t").addSink("sink", "out", "a").addStateStore(store("s"));
    assertThat(topology.plan().stores()).isEmpty();
  }

  @Test
  void aPlanDoesNotChangeWithItsTopology() {
    topology.addSource("a", "t");
    var plan = topology.plan();
    topology.addSink("sink", "out", "a");
    assertThat(plan.subtopologies().get(0).nodes()).hasSize(1);
    assertThat(topology.plan().subtopologies().get(0).children("a")).hasSize(1);
  }

  @Test
  void aSupplierBringsItsStores() {
    ProcessorSupplier<Object, Object, Object, Object> supplier =
        new ProcessorSupplier<>() {
          @Override
          public Processor<Object, Object, Object, Object> get() {
            return new Idle();
          }

          @Override
          public Set<StoreBuilder<?>> stores() {
            return Set.of(store("brought"));
          }
        };
    topology.addSource("a", "t").addProcessor("p", supplier, "a");
    assertThat(topology.plan().stores()).singleElement().matches(s -> s.name().equals("brought"));
  }

  @Test
  void aNameIsTakenOnce() {
    topology.addSource("a", "t");
    assertThatThrownBy(() -> topology.addSource("a", "other"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("a node named a is already there");
    assertThatThrownBy(() -> topology.addProcessor("a", Idle::new, "a"))
        .isInstanceOf(TopologyException.class);
    assertThatThrownBy(() -> topology.addSink("a", "out", "a"))
        .isInstanceOf(TopologyException.class);
    assertThatCode(() -> topology.addSource("b", "other")).doesNotThrowAnyException();
  }

  @Test
  void parentsHaveToBeThereAndPassRecordsOn() {
    topology.addSource("a", "t").addSink("sink", "out", "a");
    assertThatThrownBy(() -> topology.addProcessor("p", Idle::new, "nobody"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("parent nobody of node p is unknown");
    assertThatThrownBy(() -> topology.addProcessor("p", Idle::new, "p"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("its own parent");
    assertThatThrownBy(() -> topology.addProcessor("p", Idle::new))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("no parent");
    assertThatThrownBy(() -> topology.addProcessor("p", Idle::new, "sink"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("sink cannot be the parent");
  }

  @Test
  void aTopicIsReadByOneSource() {
    topology.addSource("a", "t1");
    assertThatThrownBy(() -> topology.addSource("b", "t2", "t1"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("topic t1 is already read");
    assertThatThrownBy(() -> topology.addSource("b", Pattern.compile("t.")))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("matches topic t1");
    topology.addSource("b", Pattern.compile("x.*"));
    assertThatThrownBy(() -> topology.addSource("c", "xy"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("matches pattern x.*");
    assertThatThrownBy(() -> topology.addSource("c"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("names no topic");
  }

  @Test
  void storesAreConnectedToProcessorsThatAreThere() {
    topology.addSource("a", "t").addProcessor("p", Idle::new, "a");
    assertThatThrownBy(() -> topology.addStateStore(store("s"), "nobody"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("processor nobody is unknown");
    assertThatThrownBy(() -> topology.addStateStore(store("s"), "a"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("a is none");
    assertThatThrownBy(() -> topology.connectProcessorAndStateStores("p", "s"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("store s, to be connected to p, was not added");
    assertThatThrownBy(() -> topology.connectProcessorAndStateStores("p"))
        .isInstanceOf(TopologyException.class);
  }

  @Test
  void aStoreNameStandsForOneStore() {
    StoreBuilder<?> store = store("s");
    topology.addSource("a", "t").addProcessor("p", Idle::new, "a");
    topology.addStateStore(store, "p").addStateStore(store);
    assertThatThrownBy(() -> topology.addStateStore(store("s").withCachingEnabled()))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("a different store named s");
  }

  @Test
  void aGlobalStoreNeedsNoConnectionAndFeedsNoNode() {
    ProcessorSupplier<String, String, Void, Void> update = () -> record -> {};
    assertThatThrownBy(
            () -> topology.addGlobalStore(store("g"), "gs", null, null, "gt", "gp", () -> same()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a new object at every call");
    topology.addGlobalStore(
        store("g"), "gs", null, null, "gt", "gp", () -> new Updating(update.get()));
    topology.addSource("a", "t").addProcessor("p", Idle::new, "a");
    assertThatThrownBy(() -> topology.connectProcessorAndStateStores("p", "g"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("needs no connection");
    assertThatThrownBy(() -> topology.addSink("sink", "out", "gs"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("fills a global store");
    assertThatThrownBy(() -> topology.addSource("b", "gt"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("already read");
    var plan = topology.plan();
    assertThat(plan.globalStores()).singleElement().matches(g -> g.topic().equals("gt"));
    assertThat(plan.subtopologies()).extracting(part -> part.id()).isEqualTo(List.of(1));
  }

  private static final Processor<String, String, Void, Void> SAME = record -> {};

  private static Processor<String, String, Void, Void> same() {
    return SAME;
  }

  private record Updating(Processor<String, String, Void, Void> inner)
      implements Processor<String, String, Void, Void> {
    @Override
    public void process(Record<String, String> record) {
      inner.process(record);
    }
  }

  @Test
  void tasksDoNotShareAProcessor() {
    Processor<Object, Object, Object, Object> shared = new Idle();
    topology.addSource("a", "t");
    assertThatThrownBy(() -> topology.addProcessor("p", () -> shared, "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("processor p");
  }
}
