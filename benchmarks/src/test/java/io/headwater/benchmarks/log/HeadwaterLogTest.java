package io.headwater.benchmarks.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadwaterLogTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "log-publish-1",
        "log-publish-100",
        "log-publish-8-fsync",
        "log-read",
        "log-get-1",
        "log-get-1000",
        "log-publish-indexed-1",
        "log-publish-indexed-1000",
        "log-get-key-1",
        "log-get-key-100",
        "log-get-key-absent-1",
        "log-get-key-absent-100"
      })
  void headwatersLogDoesTheCase(String id) throws Exception {
    LogTask task = new LogTask(LogCase.parse(id).orElseThrow(), LogPeer.CHRONICLE, 20_000);
    try (LogEngine engine = new LogEngine(task, folder.resolve("logs"), HeadwaterLog::open)) {
      engine.load();

      assertThat(engine.run(0).outcome()).isEqualTo(task.expected());
    }
  }

  @Test
  void headwatersLogWithoutIndexesPublishesTheSame() throws Exception {
    LogTask task =
        new LogTask(
            LogCase.parse("log-publish-indexed-1").orElseThrow(), LogPeer.UNINDEXED, 20_000);
    Path logs = folder.resolve("logs");
    try (LogEngine engine = new LogEngine(task, logs, HeadwaterLog::openUnindexed)) {
      engine.load();

      assertThat(engine.run(0).outcome()).isEqualTo(task.expected());
    }
  }
}
