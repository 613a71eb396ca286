package io.headwater.benchmarks.workload;

import java.util.Arrays;
import java.util.Optional;

/** One thing to be done to the events of a topic, with its result in another topic. */
public enum Case {
  /** Keeps half of the events and changes a number in each. */
  FILTER_MAP("filter-map", "filter + map", 10_000, Output.EVENTS),
  /** Counts each user's events, with few users. */
  COUNT_10K("count-10k", "count by key, 10 k keys", 10_000, Output.TABLE),
  /** Counts each user's events, with many users. */
  COUNT_1M("count-1m", "count by key, 1 M keys", 1_000_000, Output.TABLE),
  /** Counts each user's events of each minute. */
  WINDOW("window", "1-minute windowed count", 10_000, Output.TABLE),
  /** Joins each event to its user's row in a table. */
  JOIN("join", "stream-table join", 10_000, Output.EVENTS);

  /** What the records of an output topic are, which decides when two outputs are the same. */
  public enum Output {
    /** Each record stands for itself: the same records have to be there, as often, in any order. */
    EVENTS {
      @Override
      public boolean same(Outcome one, Outcome other) {
        return one.records() == other.records() && one.checksum() == other.checksum();
      }

      @Override
      public OutcomeFold fold() {
        return new OutcomeFold.OfEvents();
      }
    },
    /** A record replaces earlier ones of its key: each key has to have the same last value. */
    TABLE {
      @Override
      public boolean same(Outcome one, Outcome other) {
        return one.keys() == other.keys() && one.checksum() == other.checksum();
      }

      @Override
      public OutcomeFold fold() {
        return new OutcomeFold.OfTable();
      }
    };

    public abstract boolean same(Outcome one, Outcome other);

    /** A new, empty fold that takes in the records of such an output. */
    public abstract OutcomeFold fold();
  }

  private final String id;
  private final String title;
  private final int users;
  private final Output output;

  Case(String id, String title, int users, Output output) {
    this.id = id;
    this.title = title;
    this.users = users;
    this.output = output;
  }

  /** The name on the command line and in the names of topics. */
  public String id() {
    return id;
  }

  /** The name in a report. */
  public String title() {
    return title;
  }

  /** How many keys the events have. */
  public int users() {
    return users;
  }

  public Output output() {
    return output;
  }

  public static Optional<Case> parse(String id) {
    return Arrays.stream(values()).filter(one -> one.id.equals(id)).findFirst();
  }
}
