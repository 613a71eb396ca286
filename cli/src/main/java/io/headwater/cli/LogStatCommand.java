package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.LogStat;
import io.headwater.log.OffsetRange;
import io.headwater.log.SegmentStat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How large a log is. */
@Command(
    name = "stat",
    description = {
      "Show how large a log is: segments, messages, bytes, first and next offset.",
      "",
      "Takes no lock and changes nothing. Messages of all transactions count."
    },
    footer = {"", "Example: headwater log stat events --segments"},
    sortOptions = false)
final class LogStatCommand implements Runnable {
  private final Console console;
  @Mixin private LogDirectory directory = new LogDirectory();

  @Option(names = "--segments", description = "Show each segment instead.")
  private boolean bySegment;

  @Option(
      names = "--json",
      description =
          "Print one JSON object: segments, messages, bytes, firstOffset, nextOffset; or one a segment: "
              + "baseOffset, nextOffset, messages, bytes, maxTimestamp.")
  private boolean json;

  LogStatCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Log log = directory.openView(console, true, false)) {
      if (bySegment) {
        showSegments(log);
      } else {
        show(log.stat(), log.range());
      }
    }
  }

  private void show(LogStat stat, OffsetRange range) {
    if (json) {
      new JsonLines(console.out())
          .object(
              object -> {
                object.writeNumberField("segments", stat.segments());
                object.writeNumberField("messages", stat.messages());
                object.writeNumberField("bytes", stat.bytes());
                object.writeNumberField("firstOffset", range.from());
                object.writeNumberField("nextOffset", range.to());
              });
      return;
    }
    new Table()
        .number("SEGMENTS")
        .number("MESSAGES")
        .number("BYTES")
        .number("FIRST")
        .number("NEXT")
        .row(stat.segments(), stat.messages(), stat.bytes(), range.from(), range.to())
        .print(console.out());
  }

  private void showSegments(Log log) {
    var table =
        new Table().number("BASE").number("NEXT").number("MESSAGES").number("BYTES").text("UP TO");
    var lines = new JsonLines(console.out());
    for (SegmentStat segment : log.segments()) {
      if (json) {
        lines.object(
            object -> {
              object.writeNumberField("baseOffset", segment.baseOffset());
              object.writeNumberField("nextOffset", segment.nextOffset());
              object.writeNumberField("messages", segment.messages());
              object.writeNumberField("bytes", segment.bytes());
              object.writeNumberField("maxTimestamp", segment.maxTimestampMs());
            });
      } else {
        table.row(
            segment.baseOffset(),
            segment.nextOffset(),
            segment.messages(),
            segment.bytes(),
            Records.time(segment.maxTimestampMs()));
      }
    }
    if (!json) {
      table.print(console.out());
    }
  }
}
