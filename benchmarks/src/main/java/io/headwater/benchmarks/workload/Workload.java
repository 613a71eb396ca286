package io.headwater.benchmarks.workload;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The events of a case: {@code records} of them in the order of their time, spread evenly over an
 * hour from {@code startMs} on, each of a user picked at random but the same in every JVM.
 *
 * @param startMs in milliseconds since the epoch. Should be less than a day ago, since brokers drop
 *     what is older by its own time
 */
public record Workload(Case of, long records, long startMs) implements Task {
  public static final Duration SPAN = Duration.ofHours(1);
  public static final Duration WINDOW = Duration.ofMinutes(1);
  public static final int PARTITIONS = 2;

  private static final int KEY_DIGITS_SHORT_MAX = 99_999;

  public Workload {
    if (records <= 0) {
      throw new IllegalArgumentException("records must be positive, was " + records);
    }
  }

  /** This workload as arguments of another JVM, for {@link #parse}. */
  public List<String> arguments() {
    return List.of(of.id(), Long.toString(records), Long.toString(startMs));
  }

  /**
   * The workload that {@link #arguments} stand for.
   *
   * @throws IllegalArgumentException if they stand for none
   */
  public static Workload parse(List<String> arguments) {
    Case of =
        Case.parse(arguments.get(0))
            .orElseThrow(() -> new IllegalArgumentException("no case " + arguments.get(0)));
    return new Workload(of, Long.parseLong(arguments.get(1)), Long.parseLong(arguments.get(2)));
  }

  /** The topic of the events; cases with the same events share it. */
  public String eventsTopic() {
    return "events-" + of.users();
  }

  /** The topic of the users' profiles, one a user. Only {@link Case#JOIN} reads it. */
  public String profilesTopic() {
    return "profiles-" + of.users();
  }

  public long timestampMs(long index) {
    return startMs + index * SPAN.toMillis() / records;
  }

  public byte[] key(long index) {
    return keyOf(user(index));
  }

  public byte[] value(long index) {
    return Events.event(timestampMs(index), user(index), index);
  }

  /** Ten bytes, such as {@code user-00042}, or {@code user123456} where there are more users. */
  public byte[] keyOf(int user) {
    byte[] key = "user-00000".getBytes(StandardCharsets.ISO_8859_1);
    int last = of.users() - 1 > KEY_DIGITS_SHORT_MAX ? 4 : 5;
    int rest = user;
    for (int at = key.length - 1; at >= last; at--) {
      key[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return key;
  }

  public byte[] profileOf(int user) {
    return Events.profile(user);
  }

  /** Older than every event, so that an event meets its user's profile. */
  public long profileTimestampMs() {
    return startMs - 1;
  }

  int user(long index) {
    return (int) Math.multiplyHigh(Mixing.mixed(index + 1) >>> 1, 2L * of.users());
  }

  @Override
  public String id() {
    return of.id();
  }

  @Override
  public String title() {
    return of.title();
  }

  @Override
  public String peer() {
    return "Kafka Streams";
  }

  @Override
  public boolean same(Outcome one, Outcome other) {
    return of.output().same(one, other);
  }

  /** What the output has to be. Of a table's output only the last value of each key is foreseen. */
  @Override
  public Outcome expected() {
    OutcomeFold fold = of.output().fold();
    switch (of) {
      case FILTER_MAP -> {
        for (long index = 0; index < records; index++) {
          byte[] value = value(index);
          if (Events.kept(value)) {
            fold.accept(key(index), Events.converted(value));
          }
        }
      }
      case JOIN -> {
        for (long index = 0; index < records; index++) {
          fold.accept(key(index), Events.joined(value(index), profileOf(user(index))));
        }
      }
      case COUNT_10K, COUNT_1M -> {
        long[] counts = new long[of.users()];
        for (long index = 0; index < records; index++) {
          counts[user(index)]++;
        }
        for (int user = 0; user < counts.length; user++) {
          if (counts[user] > 0) {
            fold.accept(keyOf(user), bytes(counts[user]));
          }
        }
      }
      case WINDOW -> {
        long firstWindow = startMs / WINDOW.toMillis();
        int windows = (int) (SPAN.toMillis() / WINDOW.toMillis()) + 1;
        long[][] counts = new long[windows][of.users()];
        for (long index = 0; index < records; index++) {
          counts[(int) (timestampMs(index) / WINDOW.toMillis() - firstWindow)][user(index)]++;
        }
        for (int window = 0; window < windows; window++) {
          byte[] windowStart = bytes((firstWindow + window) * WINDOW.toMillis());
          for (int user = 0; user < of.users(); user++) {
            if (counts[window][user] > 0) {
              fold.accept(joined(keyOf(user), windowStart), bytes(counts[window][user]));
            }
          }
        }
      }
    }
    return fold.outcome();
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static byte[] joined(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }
}
