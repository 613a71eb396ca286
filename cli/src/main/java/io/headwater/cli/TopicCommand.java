package io.headwater.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.headwater.broker.Broker;
import io.headwater.broker.BrokerView;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicConfig;
import io.headwater.broker.TopicDescription;
import io.headwater.broker.TopicDescription.PartitionDescription;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Topics: which there are, and making and deleting them. */
@Command(
    name = "topic",
    description = "List, create, describe and delete topics.",
    synopsisSubcommandLabel = "COMMAND")
final class TopicCommand extends CommandGroup {
  TopicCommand(Console console) {
    super(
        new ListTopics(console),
        new CreateTopic(console),
        new DescribeTopic(console),
        new DeleteTopic(console));
  }

  @Command(name = "list", description = "List the topics of a data folder.", sortOptions = false)
  static final class ListTopics implements Runnable {
    private final Console console;
    @Mixin private DataFolder data = new DataFolder();

    @Option(names = "--internal", description = "Also those that Headwater keeps for itself.")
    private boolean internal;

    @Option(names = "--json", description = "Print one JSON object a topic.")
    private boolean json;

    ListTopics(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      try (BrokerView view = data.openReadOnly()) {
        var table =
            new Table().text("TOPIC").number("PARTITIONS").number("OFFSETS").number("BYTES");
        var lines = new JsonLines(console.out());
        for (String name : new TreeSet<>(view.topics())) {
          TopicDescription topic = view.describe(name);
          if (topic.internal() && !internal) {
            continue;
          }
          long offsets =
              topic.partitions().stream().mapToLong(p -> p.endOffset() - p.startOffset()).sum();
          long bytes = topic.partitions().stream().mapToLong(PartitionDescription::sizeBytes).sum();
          if (json) {
            lines.object(
                object -> {
                  object.writeStringField("topic", name);
                  object.writeNumberField("partitions", topic.partitions().size());
                  object.writeNumberField("offsets", offsets);
                  object.writeNumberField("sizeBytes", bytes);
                  object.writeBooleanField("internal", topic.internal());
                });
          } else {
            table.row(name, topic.partitions().size(), offsets, bytes);
          }
        }
        if (!json) {
          table.print(console.out());
        }
      }
    }
  }

  @Command(
      name = "create",
      description = "Create a topic, and the data folder if it is not there.",
      sortOptions = false)
  static final class CreateTopic implements Runnable {
    private final Console console;
    @Mixin private DataFolder data = new DataFolder();

    @Parameters(paramLabel = "TOPIC", description = "Letters, digits, '.', '_' and '-'.")
    private String topic = "";

    @Option(
        names = "--partitions",
        paramLabel = "N",
        defaultValue = "1",
        description = "How many partitions (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
        names = "--config",
        paramLabel = "NAME=VALUE",
        description =
            "A setting, by Kafka's name for it: cleanup.policy=delete|compact, "
                + "message.timestamp.type=CreateTime|LogAppendTime, segment.bytes=N.")
    private Map<String, String> config = new LinkedHashMap<>();

    CreateTopic(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      var created = new NewTopic(topic, partitions, TopicConfig.parse(config));
      try (Broker broker = data.openOrCreate(console)) {
        broker.createTopic(created);
      }
      console
          .err()
          .printf(
              "created topic %s with %d partition%s in %s%n",
              topic, partitions, partitions == 1 ? "" : "s", data.path());
    }
  }

  @Command(
      name = "describe",
      description = "Show a topic's settings and the offsets of its partitions.",
      sortOptions = false)
  static final class DescribeTopic implements Runnable {
    private final Console console;
    @Mixin private DataFolder data = new DataFolder();

    @Parameters(paramLabel = "TOPIC", description = "The topic.")
    private String topic = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    DescribeTopic(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      TopicDescription described;
      try (BrokerView view = data.openReadOnly()) {
        described = view.describe(topic);
      }
      if (json) {
        new JsonLines(console.out()).object(object -> write(described, object));
        return;
      }
      console.out().println("topic " + described.name());
      described
          .config()
          .toMap()
          .forEach((name, value) -> console.out().println("  " + name + "=" + value));
      var table =
          new Table()
              .number("PARTITION")
              .number("START")
              .number("END")
              .number("STABLE")
              .number("BYTES");
      for (PartitionDescription partition : described.partitions()) {
        table.row(
            partition.partition(),
            partition.startOffset(),
            partition.endOffset(),
            partition.lastStableOffset(),
            partition.sizeBytes());
      }
      table.print(console.out());
    }

    private static void write(TopicDescription topic, JsonGenerator json) throws IOException {
      json.writeStringField("topic", topic.name());
      json.writeBooleanField("internal", topic.internal());
      json.writeObjectFieldStart("config");
      for (var setting : topic.config().toMap().entrySet()) {
        json.writeStringField(setting.getKey(), setting.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("partitions");
      for (PartitionDescription partition : topic.partitions()) {
        json.writeStartObject();
        json.writeNumberField("partition", partition.partition());
        json.writeNumberField("startOffset", partition.startOffset());
        json.writeNumberField("endOffset", partition.endOffset());
        json.writeNumberField("lastStableOffset", partition.lastStableOffset());
        json.writeNumberField("sizeBytes", partition.sizeBytes());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  @Command(
      name = "delete",
      description = "Delete a topic with all its records.",
      sortOptions = false)
  static final class DeleteTopic implements Runnable {
    private final Console console;
    @Mixin private DataFolder data = new DataFolder();

    @Parameters(paramLabel = "TOPIC", description = "The topic.")
    private String topic = "";

    DeleteTopic(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      try (Broker broker = data.open(console)) {
        String owner = broker.describe(topic).owner();
        if (owner != null) {
          throw ownedBy(owner);
        }
        broker.deleteTopic(topic);
        WritePositions.forget(broker, topic);
      }
      console.err().printf("deleted topic %s of %s%n", topic, data.path());
    }

    /** The application would go on at its last position with an empty store. */
    private UserException ownedBy(String application) {
      return new UserException(
          "topic %s is where application %s keeps what is its own, such as a store, and cannot be deleted; to start over, name another folder with --data"
              .formatted(topic, application));
    }
  }
}
