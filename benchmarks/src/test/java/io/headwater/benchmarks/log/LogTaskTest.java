package io.headwater.benchmarks.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogTaskTest {
  @Test
  void everyCaseHasANameOfItsOwnByWhichAnotherJvmKnowsIt() {
    assertThat(LogCase.all().stream().map(LogCase::id))
        .doesNotHaveDuplicates()
        .contains("log-publish-8-fsync", "log-read", "log-get-1000", "log-get-key-absent-100");
    for (LogCase of : LogCase.all()) {
      LogTask task = new LogTask(of, LogPeer.CHRONICLE, 1234);

      assertThat(LogTask.parse(task.arguments())).isEqualTo(task);
    }
  }

  @Test
  void anUnknownCaseIsRefused() {
    assertThatThrownBy(() -> LogTask.parse(List.of("log-burn", "CHRONICLE", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no case log-burn");
  }

  @Test
  void whatIsSlowByNatureIsAboutFewerMessages() {
    assertThat(records("log-publish-1")).isEqualTo(5_000_000);
    assertThat(records("log-publish-1-fsync")).isEqualTo(2_000);
    assertThat(records("log-publish-8-fsync")).isEqualTo(16_000);
    assertThat(records("log-publish-1000-fsync")).isEqualTo(2_000_000);
    assertThat(records("log-get-8")).isEqualTo(500_000);
    assertThat(records("log-get-key-1")).isEqualTo(1_000_000);
  }

  private static long records(String id) {
    return new LogTask(LogCase.parse(id).orElseThrow(), LogPeer.CHRONICLE, 5_000_000).records();
  }
}
