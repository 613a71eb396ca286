package io.headwater.benchmarks.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing to be done with a log.
 *
 * @param batch how many messages a call publishes, or keys a call asks for; where messages are read
 *     by offset, how many a call published
 * @param sync whether each publish is forced to the disk before it returns
 */
public record LogCase(Kind kind, int batch, boolean sync) {
  /** What is measured. */
  public enum Kind {
    /** Publishes to a new log. */
    PUBLISH("log-publish"),
    /** Publishes to a new log with a key and a time index, and closes it. */
    PUBLISH_INDEXED("log-publish-indexed"),
    /** Reads all messages in order. */
    READ("log-read"),
    /** Reads messages at random offsets. */
    GET("log-get"),
    /** Reads the messages of random keys. */
    GET_KEY("log-get-key"),
    /** Asks for keys that no message has. */
    GET_KEY_ABSENT("log-get-key-absent");

    private final String id;

    Kind(String id) {
      this.id = id;
    }
  }

  private static final int LOAD_BATCH = 1000;

  /** All cases. */
  public static List<LogCase> all() {
    List<LogCase> all = new ArrayList<>();
    for (int batch : new int[] {1, 8, 100, 1000}) {
      all.add(new LogCase(Kind.PUBLISH, batch, false));
    }
    for (int batch : new int[] {1, 8, 100, 1000}) {
      all.add(new LogCase(Kind.PUBLISH, batch, true));
    }
    for (int batch : new int[] {1, 1000}) {
      all.add(new LogCase(Kind.PUBLISH_INDEXED, batch, false));
    }
    all.add(new LogCase(Kind.READ, LOAD_BATCH, false));
    for (int batch : new int[] {1, 8, 100, 1000}) {
      all.add(new LogCase(Kind.GET, batch, false));
    }
    for (Kind byKey : List.of(Kind.GET_KEY, Kind.GET_KEY_ABSENT)) {
      all.add(new LogCase(byKey, 1, false));
      all.add(new LogCase(byKey, 100, false));
    }
    return all;
  }

  public static Optional<LogCase> parse(String id) {
    return all().stream().filter(one -> one.id().equals(id)).findFirst();
  }

  /** The name on the command line. */
  public String id() {
    String batches = kind == Kind.READ ? "" : "-" + batch;
    return kind.id + batches + (sync ? "-fsync" : "");
  }

  /** The name in a report. */
  public String title() {
    return switch (kind) {
      case PUBLISH -> format("publish, %,d a call%s", batch, sync ? ", fsync each" : "");
      case PUBLISH_INDEXED -> format("publish with both indexes, %,d a call", batch);
      case READ -> "sequential read";
      case GET -> format("get by random offset, published %,d a call", batch);
      case GET_KEY -> "get by random key" + calls();
      case GET_KEY_ABSENT -> "get by a key that is not there" + calls();
    };
  }

  private String calls() {
    return batch == 1 ? "" : format(", %,d a call", batch);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Whether the messages are in the log before the clock starts. */
  boolean reads() {
    return kind != Kind.PUBLISH && kind != Kind.PUBLISH_INDEXED;
  }

  /** Whether the log finds messages by their key. */
  public boolean keyed() {
    return kind == Kind.PUBLISH_INDEXED || kind == Kind.GET_KEY || kind == Kind.GET_KEY_ABSENT;
  }

  /** How many messages a call publishes, also where that is not measured. */
  int publishBatch() {
    return keyed() && reads() ? LOAD_BATCH : batch;
  }
}
