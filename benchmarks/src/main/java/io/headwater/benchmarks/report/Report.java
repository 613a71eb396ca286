package io.headwater.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Results as Markdown. */
public final class Report {
  private static final String ABSENT = "–";

  private Report() {}

  /** The table of the cases, a line each. */
  public static String cases(List<CaseResult> results) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        | Case | Kafka Streams, M records/s | Headwater, M records/s | Headwater ÷ Kafka Streams | middle half | all rounds | Kafka Streams ÷ itself | output records, Kafka Streams | output records, Headwater |
        |---|---:|---:|---:|---:|---:|---:|---:|---:|
        """);
    for (CaseResult result : results) {
      text.append(
          row(
              result.task().title(),
              text(result.rate(Side.PEER), rate -> format("%.2f", rate.median())),
              text(result.rate(Side.OURS), rate -> format("%.2f", rate.median())),
              text(result.ratio(), ratio -> format("**%.1f**", ratio.median())),
              text(result.ratio(), Report::middleHalf),
              text(result.ratio(), ratio -> format("%.1f to %.1f", ratio.min(), ratio.max())),
              text(result.peerAgainstItself(), Report::medianAndEnds),
              text(result.outputs(Side.PEER), Report::wholeMedian),
              text(result.outputs(Side.OURS), Report::wholeMedian)));
    }
    return text.toString();
  }

  /** The table of the log's cases, a line each. */
  public static String logCases(List<CaseResult> results) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        | Case | beside | its M/s | Headwater, M/s | Headwater ÷ it | middle half | all rounds | it ÷ itself |
        |---|---|---:|---:|---:|---:|---:|---:|
        """);
    for (CaseResult result : results) {
      text.append(
          row(
              result.task().title(),
              result.task().peer(),
              text(result.rate(Side.PEER), rate -> format("%.3f", rate.median())),
              text(result.rate(Side.OURS), rate -> format("%.3f", rate.median())),
              text(result.ratio(), ratio -> format("**%.2f**", ratio.median())),
              text(
                  result.ratio(),
                  ratio -> format("%.2f to %.2f", ratio.lowerQuartile(), ratio.upperQuartile())),
              text(result.ratio(), ratio -> format("%.2f to %.2f", ratio.min(), ratio.max())),
              text(result.peerAgainstItself(), Report::medianAndEnds)));
    }
    return text.toString();
  }

  /** What was found out about an application's start, in two lines. */
  public static String start(StartResult result) {
    Spread firstRecord = result.firstRecordMs();
    return """
    | Embedded application, JVM warm | median | all rounds |
    |---|---:|---:|
    """
        + row(
            "open to first record out",
            format("%.0f ms", firstRecord.median()),
            format("%.0f to %.0f ms", firstRecord.min(), firstRecord.max()))
        + row(
            "heap when idle, after a full collection",
            format("%.1f MiB", result.idleHeapBytes() / (double) (1 << 20)),
            ABSENT);
  }

  /** The table of a growing log, a line a size. */
  public static String growth(List<GrowthResult> results) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        | Log, MiB | segments | publish, ns | sequential read, ns | get by offset, ns | get by time, ns | get by key, ns | absent key, ns |
        |---:|---:|---:|---:|---:|---:|---:|---:|
        """);
    for (GrowthResult result : results) {
      text.append(
          row(
              format("%,d", result.bytes() >> 20),
              format("%,d", result.segments()),
              format("%.0f", result.publishNanos()),
              format("%.0f", result.readNanos()),
              format("%.0f", result.getNanos()),
              format("%.0f", result.getByTimeNanos()),
              format("%.0f", result.getByKeyNanos()),
              format("%.0f", result.absentKeyNanos())));
    }
    return text.toString();
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String text(Optional<Spread> spread, Function<Spread, String> format) {
    return spread.map(format).orElse(ABSENT);
  }

  private static String middleHalf(Spread spread) {
    return format("%.1f to %.1f", spread.lowerQuartile(), spread.upperQuartile());
  }

  private static String medianAndEnds(Spread spread) {
    return format("%.2f (%.2f to %.2f)", spread.median(), spread.min(), spread.max());
  }

  private static String wholeMedian(Spread spread) {
    return format("%,d", Math.round(spread.median()));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
