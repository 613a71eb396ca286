package io.headwater.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.benchmarks.log.LogCase;
import io.headwater.benchmarks.log.LogEngine;
import io.headwater.benchmarks.log.LogPeer;
import io.headwater.benchmarks.log.LogTask;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerMainTest {
  @TempDir Path folder;

  static Stream<LogTask> tasks() {
    return LogCase.all().stream()
        .flatMap(of -> LogPeer.of(of).stream().map(peer -> new LogTask(of, peer, 5003)))
        .filter(task -> task.beside() != LogPeer.UNINDEXED);
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void everyPeerDoesItsCases(LogTask task) throws Exception {
    try (LogEngine engine = new LogEngine(task, folder.resolve("logs"), PeerMain.opener(task))) {
      engine.load();

      for (int number = 0; number < 2; number++) {
        assertThat(engine.run(number).outcome()).isEqualTo(task.expected());
      }
    }
    assertThat(folder).isEmptyDirectory();
  }
}
