package io.headwater.benchmarks.report;

import java.util.Optional;

/**
 * How fast a log of a certain size is.
 *
 * @param bytes of its segments' data, roughly
 * @param segments how many it has
 * @param publishNanos of a message, published 8 a call
 * @param readNanos of a message, read in order
 * @param getNanos of a message at a random offset
 * @param getByTimeNanos of a message at a random time
 * @param getByKeyNanos of a message of a random key, of a log with a key index
 * @param absentKeyNanos of a key that no message has, asked for likewise
 */
public record GrowthResult(
    long bytes,
    long segments,
    double publishNanos,
    double readNanos,
    double getNanos,
    double getByTimeNanos,
    double getByKeyNanos,
    double absentKeyNanos) {
  /** This result as a line, for {@link #parse}. */
  public String toLine() {
    return "growth %d %d %s %s %s %s %s %s"
        .formatted(
            bytes,
            segments,
            publishNanos,
            readNanos,
            getNanos,
            getByTimeNanos,
            getByKeyNanos,
            absentKeyNanos);
  }

  /** The result that a line stands for; empty if it stands for none. */
  public static Optional<GrowthResult> parse(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 9 || !words[0].equals("growth")) {
      return Optional.empty();
    }
    return Optional.of(
        new GrowthResult(
            Long.parseLong(words[1]),
            Long.parseLong(words[2]),
            Double.parseDouble(words[3]),
            Double.parseDouble(words[4]),
            Double.parseDouble(words[5]),
            Double.parseDouble(words[6]),
            Double.parseDouble(words[7]),
            Double.parseDouble(words[8])));
  }
}
