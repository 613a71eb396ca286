package io.headwater.cli;

import io.headwater.broker.BrokerView;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.ReadOnlyBroker;
import io.headwater.broker.TopicDescription.PartitionDescription;
import io.headwater.broker.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The records of a topic. */
@Command(
    name = "read",
    description = {
      "Print the records of a topic.",
      "",
      "Only committed ones; of several partitions the record with the lowest timestamp first. Takes no",
      "lock and changes nothing, so it can run beside the process that writes."
    },
    sortOptions = false)
final class ReadCommand implements Runnable {
  private static final int FETCH_BYTES = 1 << 20;
  private static final Duration LOOKED_AGAIN_AFTER = Duration.ofMillis(100);

  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataFolder data = new DataFolder();

  @Parameters(paramLabel = "TOPIC", description = "The topic.")
  private String topic = "";

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      defaultValue = "oldest",
      description =
          "Where to begin: oldest, newest (behind the last record there is), an offset (which needs "
              + "--partition), or a time in ISO-8601, in UTC if it names no zone (default: ${DEFAULT-VALUE}).")
  private String from = "oldest";

  @Option(names = "--partition", paramLabel = "N", description = "Only this partition.")
  private @Nullable Integer partition;

  @Option(names = "--max", paramLabel = "N", description = "Stop after so many records.")
  private long recordsMax = Long.MAX_VALUE;

  @Option(
      names = {"-f", "--follow"},
      description = "At the end, wait for more records; Ctrl-C ends it.")
  private boolean follow;

  @Option(
      names = "--json",
      description =
          "Print one JSON object a record: partition, offset, timestamp, key, value, headers.")
  private boolean json;

  @Mixin private FormatOptions formats = new FormatOptions();

  ReadCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (recordsMax < 0) {
      throw new ParameterException(
          spec.commandLine(), "--max cannot be negative, was " + recordsMax);
    }
    ByteFormat key = formats.key(ByteFormat.AUTO);
    ByteFormat value = formats.value(ByteFormat.AUTO);
    try (ReadOnlyBroker view = data.openReadOnly()) {
      List<Cursor> cursors = cursors(view);
      var lines = new JsonLines(console.out());
      long count = 0;
      while (count < recordsMax && !console.stop().requested()) {
        Cursor next = earliest(cursors);
        if (next != null) {
          print(next, key, value, lines);
          count++;
          if (count % 1024 == 0 && lines.closed()) {
            return;
          }
          next.advance();
        } else if (!follow || lines.closed() || console.stop().await(LOOKED_AGAIN_AFTER)) {
          return;
        } else {
          view.refresh();
          cursors.forEach(Cursor::advance);
        }
      }
    }
  }

  private List<Cursor> cursors(BrokerView view) {
    List<PartitionDescription> partitions = view.describe(topic).partitions();
    if (partition != null && (partition < 0 || partition >= partitions.size())) {
      throw new UserException(
          "topic %s has no partition %d: its partitions are 0 to %d"
              .formatted(topic, partition, partitions.size() - 1));
    }
    var cursors = new ArrayList<Cursor>();
    for (PartitionDescription described : partitions) {
      if (partition == null || partition == described.partition()) {
        var place = new TopicPartition(topic, described.partition());
        var cursor = new Cursor(view, place, firstOffset(view, place, partitions.size()));
        cursor.advance();
        cursors.add(cursor);
      }
    }
    return cursors;
  }

  private long firstOffset(BrokerView view, TopicPartition place, int partitions) {
    Place begin = Place.parse(spec, "--from", from);
    return switch (begin.kind()) {
      case OLDEST -> view.startOffset(place);
      case NEWEST -> view.endOffset(place, IsolationLevel.READ_COMMITTED);
      case OFFSET -> offset(view, place, partitions, begin);
      case TIME -> view.offsetForTime(place, begin.number());
    };
  }

  private long offset(BrokerView view, TopicPartition place, int partitions, Place begin) {
    if (partition == null && partitions > 1) {
      throw new ParameterException(
          spec.commandLine(), "an offset is one of a partition: add --partition");
    }
    long start = view.startOffset(place);
    long end = view.endOffset(place, IsolationLevel.READ_COMMITTED);
    if (begin.number() < start || begin.number() > end) {
      throw new UserException(
          "partition %d of %s has offsets from %d, and the next record there will get %d; %s is none"
              .formatted(place.partition(), topic, start, end, begin.text()));
    }
    return begin.number();
  }

  private static @Nullable Cursor earliest(List<Cursor> cursors) {
    Cursor earliest = null;
    for (Cursor cursor : cursors) {
      if (cursor.hasRecord()
          && (earliest == null || cursor.records.timestampMs() < earliest.records.timestampMs())) {
        earliest = cursor;
      }
    }
    return earliest;
  }

  private void print(Cursor cursor, ByteFormat key, ByteFormat value, JsonLines lines) {
    FetchedRecords record = cursor.records;
    int number = cursor.place.partition();
    if (json) {
      lines.object(
          object -> {
            object.writeNumberField("partition", number);
            Records.writeFields(
                object,
                topic,
                record.offset(),
                record.timestampMs(),
                key,
                record.key(),
                value,
                record.value(),
                record.headers());
          });
      return;
    }
    console
        .out()
        .println(
            number
                + ":"
                + Records.line(
                    topic,
                    record.offset(),
                    record.timestampMs(),
                    key,
                    record.key(),
                    value,
                    record.value(),
                    record.headers()));
  }

  /** A partition's records, one after the other. */
  private static final class Cursor {
    private final BrokerView view;
    private final TopicPartition place;
    private final FetchedRecords records;
    private boolean hasRecord;

    Cursor(BrokerView view, TopicPartition place, long offset) {
      this.view = view;
      this.place = place;
      records = view.fetch(place, offset, FETCH_BYTES, IsolationLevel.READ_COMMITTED);
    }

    boolean hasRecord() {
      return hasRecord;
    }

    /** Goes to the next record, if there is one by now. */
    void advance() {
      hasRecord = records.next();
      if (!hasRecord) {
        view.fetch(
            place, records.nextOffset(), FETCH_BYTES, IsolationLevel.READ_COMMITTED, records);
        hasRecord = records.next();
      }
    }
  }
}
