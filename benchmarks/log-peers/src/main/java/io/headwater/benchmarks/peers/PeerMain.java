package io.headwater.benchmarks.peers;

import io.headwater.benchmarks.engine.EngineServer;
import io.headwater.benchmarks.log.LogEngine;
import io.headwater.benchmarks.log.LogTask;
import io.headwater.benchmarks.log.TestedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Serves a {@link LogEngine} for a peer, as {@link EngineServer} does. */
public final class PeerMain {
  private PeerMain() {}

  /**
   * Serves the peer that the task names.
   *
   * @param args the folder, and the task's arguments
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = List.of(args);
    LogTask task = LogTask.parse(arguments.subList(1, arguments.size()));
    EngineServer.serve(() -> new LogEngine(task, Path.of(args[0]), opener(task)));
  }

  static TestedLog.Opener opener(LogTask task) {
    return switch (task.beside()) {
      case CHRONICLE -> ChronicleLog::new;
      case UNIFIED_LOG -> KafkaLog::new;
      case ROCKSDB -> task.of().keyed() ? RocksTable::new : RocksLog::new;
      case UNINDEXED -> throw new IllegalArgumentException(task.beside() + " is Headwater's own");
    };
  }
}
