package io.headwater.cli;

import io.headwater.broker.Broker;
import io.headwater.broker.NewTopic;
import io.headwater.broker.UnknownTopicException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lines of JSON into a topic. */
@Command(
    name = "write",
    description = {
      "Write lines of JSON into a topic.",
      "",
      "Each line is the value of one record. Exactly once: how many lines of the file are in the topic",
      "is stored with them, so running the same command again after it was interrupted, or after the",
      "file grew, goes on with the next line. A file is known by its name and its first lines."
    },
    sortOptions = false)
final class WriteCommand implements Runnable {
  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataFolder data = new DataFolder();

  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
  private String topic = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = LineSource.STANDARD_INPUT,
      description = "The file of lines; - or none is standard input.")
  private String file = LineSource.STANDARD_INPUT;

  @Option(
      names = "--key",
      paramLabel = "FIELD",
      description = "The field whose text is the record's key (default: records have no key).")
  private @Nullable String keyField;

  @Option(
      names = "--timestamp",
      paramLabel = "FIELD",
      description =
          "The field that tells the record's timestamp: a number of milliseconds since 1970, or text "
              + "in ISO-8601, in UTC if it names no zone (default: the time of writing).")
  private @Nullable String timestampField;

  @Option(
      names = "--timestamp-format",
      paramLabel = "PATTERN",
      description = "How that text is spelled, if not so, such as \"yyyy/MM/dd HH:mm\".")
  private @Nullable String timestampPattern;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Create the topic with so many partitions if it is not there.")
  private @Nullable Integer partitions;

  @Option(
      names = "--dead-letter",
      paramLabel = "TOPIC",
      description =
          "Write malformed lines to this topic, which is created if it is not there "
              + "(default: stop at the first one).")
  private @Nullable String deadLetterTopic;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description =
          "The name under which the number of written lines is kept (default: the file's name; "
              + "without it, lines from standard input are written each time).")
  private @Nullable String source;

  @Option(names = "--rate", paramLabel = "N", description = "Write at most so many lines a second.")
  private double rate = Double.POSITIVE_INFINITY;

  @Option(names = "--json", description = "Print what was done as one JSON object.")
  private boolean json;

  WriteCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (!(rate > 0)) {
      throw new ParameterException(spec.commandLine(), "--rate must be positive, was " + rate);
    }
    if (timestampPattern != null && timestampField == null) {
      throw new ParameterException(
          spec.commandLine(), "--timestamp-format needs --timestamp, which names the field");
    }
    if (topic.equals(deadLetterTopic)) {
      throw new ParameterException(
          spec.commandLine(), "--dead-letter must name another topic than " + topic);
    }
    var reader =
        new LineReader(keyField, timestampField, TimestampFormat.ofOption(spec, timestampPattern));
    @Nullable Path path = file.equals(LineSource.STANDARD_INPUT) ? null : Path.of(file);
    try (LineSource lines = LineSource.open(console, file);
        Broker broker = partitions == null ? data.open(console) : data.openOrCreate(console)) {
      createTopics(broker);
      String name = path == null ? "standard input" : String.valueOf(path.getFileName());
      var writer =
          new LineWriter(
              console,
              broker,
              topic,
              deadLetterTopic,
              name,
              source != null || path == null ? source : name,
              reader,
              new Pacer(console.clock(), rate));
      long size = path == null ? 0 : Files.size(path);
      boolean written = false;
      try (var progress = new Progress(console, topic)) {
        writer.write(
            lines,
            () ->
                progress.show(
                    lines.number(), size == 0 ? Double.NaN : (double) lines.bytes() / size));
        written = true;
      } finally {
        if (written || writer.counts().written() > 0) {
          report(name, writer.counts());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void createTopics(Broker broker) {
    if (partitions != null && broker.createTopicIfAbsent(NewTopic.of(topic, partitions))) {
      console.err().printf("created topic %s with %d partitions%n", topic, partitions);
    }
    try {
      int found = broker.describe(topic).partitions().size();
      if (partitions != null && found != partitions) {
        throw new UserException(
            "topic %s has %d partitions, not %d; leave out --partitions"
                .formatted(topic, found, partitions));
      }
    } catch (UnknownTopicException e) {
      throw new UserException(e.getMessage() + "; --partitions N creates it", e);
    }
    if (deadLetterTopic != null) {
      broker.createTopicIfAbsent(NewTopic.of(deadLetterTopic, 1));
    }
  }

  private void report(String name, LineWriter.Counts counts) {
    if (json) {
      new JsonLines(console.out())
          .object(
              object -> {
                object.writeStringField("topic", topic);
                object.writeStringField("source", name);
                object.writeNumberField("written", counts.written());
                object.writeNumberField("alreadyThere", counts.alreadyThere());
                object.writeNumberField("blank", counts.blank());
                object.writeNumberField("deadLettered", counts.deadLettered());
              });
      return;
    }
    var line = new StringBuilder();
    line.append(
        String.format(Locale.ROOT, "%s: %,d lines written to %s", name, counts.written(), topic));
    append(line, counts.alreadyThere(), "were there already");
    append(line, counts.blank(), "blank");
    append(line, counts.deadLettered(), "malformed, written to " + deadLetterTopic);
    console.err().println(line);
  }

  private static void append(StringBuilder line, long count, String what) {
    if (count > 0) {
      line.append(String.format(Locale.ROOT, ", %,d %s", count, what));
    }
  }
}
