package io.headwater.benchmarks.log;

import java.util.List;

/** Who a log's case is measured beside. */
public enum LogPeer {
  CHRONICLE("Chronicle Queue") {
    /** Without these it does not start on a JDK 17; it would also report that it was started. */
    @Override
    public List<String> jvmOptions() {
      return List.of(
          "-Dchronicle.analytics.disable=true",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED");
    }
  },
  UNIFIED_LOG("Kafka's UnifiedLog"),
  ROCKSDB("RocksDB"),
  /** Headwater's own log, with neither index. */
  UNINDEXED("Headwater without indexes");

  private final String title;

  LogPeer(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /** What the peer's JVM needs beside the options of all. */
  public List<String> jvmOptions() {
    return List.of();
  }

  /** Those that can do a case. */
  public static List<LogPeer> of(LogCase of) {
    return switch (of.kind()) {
      case PUBLISH ->
          of.batch() == 1 ? List.of(CHRONICLE, UNIFIED_LOG) : List.of(UNIFIED_LOG, ROCKSDB);
      case PUBLISH_INDEXED -> List.of(UNINDEXED);
      case READ -> List.of(CHRONICLE, UNIFIED_LOG);
      case GET -> of.batch() == 1 ? List.of(CHRONICLE, UNIFIED_LOG) : List.of(UNIFIED_LOG);
      case GET_KEY, GET_KEY_ABSENT -> List.of(ROCKSDB);
    };
  }
}
