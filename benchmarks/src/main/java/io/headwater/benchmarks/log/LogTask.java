package io.headwater.benchmarks.log;

import io.headwater.benchmarks.workload.Outcome;
import io.headwater.benchmarks.workload.Task;
import java.util.List;

/**
 * A log's case at its size.
 *
 * @param beside who does it beside Headwater
 * @param scale of how many messages a publish without fsync is about; what is slower by nature is
 *     about fewer
 */
public record LogTask(LogCase of, LogPeer beside, long scale) implements Task {
  private static final long SYNCS = 2500;
  private static final long GETS = 10;
  private static final long STORED = 5;

  public LogTask {
    if (scale <= 0) {
      throw new IllegalArgumentException("scale must be positive, was " + scale);
    }
  }

  /** This task as arguments of another JVM, for {@link #parse}. */
  public List<String> arguments() {
    return List.of(of.id(), beside.name(), Long.toString(scale));
  }

  /**
   * The task that {@link #arguments} stand for.
   *
   * @throws IllegalArgumentException if they stand for none
   */
  public static LogTask parse(List<String> arguments) {
    LogCase of =
        LogCase.parse(arguments.get(0))
            .orElseThrow(() -> new IllegalArgumentException("no case " + arguments.get(0)));
    return new LogTask(of, LogPeer.valueOf(arguments.get(1)), Long.parseLong(arguments.get(2)));
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
    return beside.title();
  }

  /** The messages published, or read, or the keys asked for, that the clock is about. */
  @Override
  public long records() {
    return switch (of.kind()) {
      case PUBLISH -> of.sync() ? atLeastOne(Math.min(scale, scale / SYNCS * of.batch())) : scale;
      case PUBLISH_INDEXED, READ -> scale;
      case GET -> atLeastOne(scale / GETS);
      case GET_KEY, GET_KEY_ABSENT -> atLeastOne(scale / STORED);
    };
  }

  /** How many messages are in the log in the end. */
  public long stored() {
    return switch (of.kind()) {
      case PUBLISH, PUBLISH_INDEXED, READ -> records();
      case GET, GET_KEY, GET_KEY_ABSENT -> atLeastOne(scale / STORED);
    };
  }

  private static long atLeastOne(long count) {
    return Math.max(1, count);
  }

  /** Which message, or whose key, is asked for at the nth time. */
  long asked(long n) {
    return switch (of.kind()) {
      case PUBLISH, PUBLISH_INDEXED, READ -> n;
      case GET, GET_KEY -> Messages.random(n, stored());
      case GET_KEY_ABSENT -> stored() + n;
    };
  }

  @Override
  public Outcome expected() {
    ReadFold fold = new ReadFold();
    for (long n = 0; n < records(); n++) {
      if (of.kind() == LogCase.Kind.GET_KEY_ABSENT) {
        fold.absent();
      } else {
        fold.expect(asked(n));
      }
    }
    return fold.outcome();
  }

  @Override
  public boolean same(Outcome one, Outcome other) {
    return one.equals(other);
  }
}
