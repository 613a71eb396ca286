package io.headwater.streams.runtime;

import io.headwater.broker.Broker;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicConfig;
import io.headwater.broker.TopicPartition;
import io.headwater.state.StoreBuilder;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.plan.GlobalStorePlan;
import io.headwater.streams.plan.Node;
import io.headwater.streams.plan.Plan;
import io.headwater.streams.plan.RepartitionTopic;
import io.headwater.streams.plan.SinkNode;
import io.headwater.streams.plan.SourceNode;
import io.headwater.streams.plan.StorePlan;
import io.headwater.streams.plan.Subtopology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of an application as they are in the broker: which ones each source reads, and how
 * many partitions each has. All topics are named as in the broker.
 */
final class ResolvedTopics {
  private static final Logger log = LoggerFactory.getLogger(ResolvedTopics.class);

  private final Broker broker;
  private final String applicationId;
  private final Plan plan;
  private final OptionalInt createdPartitions;
  private final Map<String, Integer> partitions = new TreeMap<>();
  private final Map<String, List<String>> topicsOfSources = new HashMap<>();

  private ResolvedTopics(
      Broker broker, String applicationId, Plan plan, OptionalInt createdPartitions) {
    this.broker = broker;
    this.applicationId = applicationId;
    this.plan = plan;
    this.createdPartitions = createdPartitions;
  }

  /**
   * Checks the topics that the plan names, and creates the internal ones that are missing. Nothing
   * is created unless all of it can be.
   *
   * @param alsoWritten topics that the application may write beside those of the plan
   * @param createdPartitions if there, topics that the application does not own and that are
   *     missing are created too, with so many partitions
   * @throws StreamsException if a topic is missing, or topics whose records meet have different
   *     numbers of partitions; the message names them
   */
  static ResolvedTopics prepare(
      Broker broker,
      String applicationId,
      Plan plan,
      Set<String> alsoWritten,
      OptionalInt createdPartitions) {
    var topics = new ResolvedTopics(broker, applicationId, plan, createdPartitions);
    topics.resolveUserTopics(alsoWritten);
    topics.resolveRepartitionTopics();
    topics.ensureCopartitioned();
    topics.createInternalTopics();
    return topics;
  }

  /** The topics that the source reads. */
  List<String> topicsOf(SourceNode source) {
    return Objects.requireNonNull(topicsOfSources.get(source.name()));
  }

  /** How many tasks the sub-topology has: as many as its largest topic has partitions. */
  int tasks(Subtopology subtopology) {
    return subtopology.sources().stream()
        .flatMap(source -> topicsOf(source).stream())
        .mapToInt(this::partitions)
        .max()
        .orElse(0);
  }

  int partitions(String topic) {
    return Objects.requireNonNull(partitions.get(topic));
  }

  /** The partitions that the source reads in the task of that number. */
  List<TopicPartition> inputs(SourceNode source, int task) {
    return topicsOf(source).stream()
        .filter(topic -> task < partitions(topic))
        .map(topic -> new TopicPartition(topic, task))
        .toList();
  }

  private void resolveUserTopics(Set<String> alsoWritten) {
    var missing = new TreeSet<String>();
    alsoWritten.forEach(topic -> resolveUserTopic(topic, missing));
    for (Subtopology subtopology : plan.subtopologies()) {
      for (Node node : subtopology.nodes()) {
        if (node instanceof SourceNode source) {
          resolveSource(source, missing);
        } else if (node instanceof SinkNode sink && sink.topic() != null) {
          resolveUserTopic(sink.topic(), missing);
        }
      }
    }
    for (GlobalStorePlan global : plan.globalStores()) {
      resolveSource(global.source(), missing);
    }
    if (!missing.isEmpty()) {
      throw new StreamsException(
          "application %s reads or writes topics that do not exist: %s; create them first"
              .formatted(applicationId, String.join(", ", missing)));
    }
  }

  private void resolveSource(SourceNode source, Set<String> missing) {
    var names = new ArrayList<String>();
    if (source.pattern() == null) {
      for (String topic : source.topics()) {
        names.add(plan.topicName(applicationId, topic));
        resolveUserTopic(topic, missing);
      }
    } else {
      for (String topic : new TreeSet<>(broker.topics())) {
        boolean own = topic.startsWith("__") || topic.startsWith(applicationId + "-");
        if (!own && source.pattern().matcher(topic).matches()) {
          names.add(topic);
          resolveUserTopic(topic, missing);
        }
      }
      if (names.isEmpty()) {
        throw new StreamsException(
            "no topic matches the pattern %s of source %s"
                .formatted(source.pattern(), source.name()));
      }
    }
    topicsOfSources.put(source.name(), names);
  }

  private void resolveUserTopic(String topic, Set<String> missing) {
    if (plan.repartitionTopics().containsKey(topic) || partitions.containsKey(topic)) {
      return;
    }
    OptionalInt present = present(topic);
    if (present.isEmpty() && createdPartitions.isPresent()) {
      broker.createTopic(NewTopic.of(topic, createdPartitions.getAsInt()));
      present = createdPartitions;
    }
    if (present.isPresent()) {
      partitions.put(topic, present.getAsInt());
    } else {
      missing.add(topic);
    }
  }

  private OptionalInt present(String topic) {
    return broker.topics().contains(topic)
        ? OptionalInt.of(broker.describe(topic).partitions().size())
        : OptionalInt.empty();
  }

  /**
   * Gives each repartition topic its number of partitions: the program's own; else that of the
   * topics it has to be co-partitioned with; else the most that any topic has that it is fed from.
   * Each topic that gets a number may give one to others, so this goes on until none does.
   */
  private void resolveRepartitionTopics() {
    var open = new TreeSet<String>();
    for (RepartitionTopic topic : plan.repartitionTopics().values()) {
      if (topic.partitions().isPresent()) {
        setRepartition(topic.name(), topic.partitions().getAsInt());
      } else {
        open.add(topic.name());
      }
    }
    boolean progress = true;
    while (progress && !open.isEmpty()) {
      progress = false;
      for (String topic : List.copyOf(open)) {
        OptionalInt count = fromCopartitioned(topic);
        if (count.isEmpty()) {
          count = fromUpstream(topic);
        }
        if (count.isPresent()) {
          setRepartition(topic, count.getAsInt());
          open.remove(topic);
          progress = true;
        }
      }
    }
    if (!open.isEmpty()) {
      throw new StreamsException(
          "the number of partitions of these repartition topics depends on themselves: %s; set it for one of them"
              .formatted(open));
    }
  }

  private void setRepartition(String topic, int count) {
    partitions.put(plan.topicName(applicationId, topic), count);
  }

  /**
   * The largest number in the groups that the topic is in. In a group none of whose topics has one
   * yet, it takes that of each to be what its upstream gives it, and waits for that.
   */
  private OptionalInt fromCopartitioned(String topic) {
    int most = 0;
    for (Set<String> group : plan.copartitionGroups()) {
      if (!group.contains(topic)) {
        continue;
      }
      int known = 0;
      for (String other : group) {
        known = Math.max(known, partitions.getOrDefault(plan.topicName(applicationId, other), 0));
      }
      if (known == 0) {
        for (String other : group) {
          OptionalInt upstream = fromUpstream(other);
          if (upstream.isEmpty()) {
            return OptionalInt.empty();
          }
          known = Math.max(known, upstream.getAsInt());
        }
      }
      most = Math.max(most, known);
    }
    return most == 0 ? OptionalInt.empty() : OptionalInt.of(most);
  }

  /** The largest number of any topic that feeds the topic, once all of those have one. */
  private OptionalInt fromUpstream(String topic) {
    int most = 0;
    for (Subtopology subtopology : plan.subtopologies()) {
      boolean feeds =
          subtopology.nodes().stream()
              .anyMatch(node -> node instanceof SinkNode sink && topic.equals(sink.topic()));
      if (feeds) {
        for (SourceNode source : subtopology.sources()) {
          for (String input : topicsOf(source)) {
            Integer count = partitions.get(input);
            if (count == null) {
              return OptionalInt.empty();
            }
            most = Math.max(most, count);
          }
        }
      }
    }
    return most == 0 ? OptionalInt.empty() : OptionalInt.of(most);
  }

  private void ensureCopartitioned() {
    for (Set<String> group : plan.copartitionGroups()) {
      var names = new TreeSet<String>();
      group.forEach(topic -> names.add(plan.topicName(applicationId, topic)));
      ensureSameCount(names, "records of the same key in them are joined");
    }
    for (Subtopology subtopology : plan.subtopologies()) {
      for (StorePlan store : subtopology.stores()) {
        ensureSameCount(
            topicsReaching(subtopology, store),
            "records of the same key in them meet in store " + store.name());
      }
    }
  }

  /** The topics whose records can come to a processor that uses the store. */
  private Set<String> topicsReaching(Subtopology subtopology, StorePlan store) {
    var upstream = new LinkedHashSet<>(store.processors());
    List<Node> nodes = subtopology.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (upstream.contains(nodes.get(i).name())) {
        upstream.addAll(nodes.get(i).parents());
      }
    }
    var topics = new TreeSet<String>();
    for (SourceNode source : subtopology.sources()) {
      if (upstream.contains(source.name())) {
        topics.addAll(topicsOf(source));
      }
    }
    return topics;
  }

  private void ensureSameCount(Set<String> topics, String why) {
    var counts = new TreeMap<String, Integer>();
    topics.forEach(topic -> counts.put(topic, partitions(topic)));
    if (Set.copyOf(counts.values()).size() > 1) {
      throw new StreamsException(
          ("application %s needs topics that are co-partitioned: %s; %s, so give them the same number"
                  + " of partitions, or repartition one")
              .formatted(applicationId, counts, why));
    }
  }

  /** They are claimed at each start: a crash may have come between the two. */
  private void createInternalTopics() {
    var own = new ArrayList<String>();
    for (String topic : plan.repartitionTopics().keySet()) {
      String name = plan.topicName(applicationId, topic);
      createInternal(name, partitions(name), TopicConfig.DEFAULT);
      own.add(name);
    }
    for (Subtopology subtopology : plan.subtopologies()) {
      for (StorePlan store : subtopology.stores()) {
        if (store.builder().loggingEnabled()) {
          String name = store.changelogTopic(applicationId);
          createInternal(name, tasks(subtopology), changelogConfig(name, store.builder()));
          partitions.put(name, tasks(subtopology));
          own.add(name);
        }
      }
    }
    broker.claimTopics(applicationId, own);
  }

  /** Settings that Kafka has for topics and this broker has not are left to Kafka. */
  private static TopicConfig changelogConfig(String topic, StoreBuilder<?> store) {
    Map<String, String> known = TopicConfig.DEFAULT.toMap();
    TopicConfig config = TopicConfig.DEFAULT.withCompacted(true);
    for (Map.Entry<String, String> setting : store.logConfig().entrySet()) {
      if (known.containsKey(setting.getKey())) {
        config = config.with(setting.getKey(), setting.getValue());
      } else {
        log.info("setting {} of topic {} has no effect here", setting.getKey(), topic);
      }
    }
    return config;
  }

  private void createInternal(String name, int count, TopicConfig config) {
    OptionalInt present = present(name);
    if (present.isEmpty()) {
      broker.createTopic(new NewTopic(name, count, config));
    } else if (present.getAsInt() != count) {
      throw new StreamsException(
          ("internal topic %s has %d partitions and application %s now needs %d; run it under another"
                  + " application id to start afresh")
              .formatted(name, present.getAsInt(), applicationId, count));
    }
  }
}
