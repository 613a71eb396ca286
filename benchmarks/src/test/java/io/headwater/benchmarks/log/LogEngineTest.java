package io.headwater.benchmarks.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.benchmarks.engine.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogEngineTest {
  /** Keeps what it gets, also when it is closed; flips a bit in one value, if it is told so. */
  static final class ListedLog implements TestedLog {
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();
    private final Map<ByteBuffer, Integer> byKey = new HashMap<>();
    private final long damaged;

    ListedLog(long damaged) {
      this.damaged = damaged;
    }

    @Override
    public void publish(Messages messages, long from, int count) {
      for (long n = from; n < from + count; n++) {
        byte[] value = messages.value(n).clone();
        if (n == damaged) {
          value[Messages.VALUE_BYTES - 1] ^= 1;
        }
        byte[] key = messages.key(n).clone();
        byKey.put(ByteBuffer.wrap(key), keys.size());
        keys.add(key);
        values.add(value);
      }
    }

    @Override
    public void readAll(Reader reader) {
      for (int n = 0; n < keys.size(); n++) {
        get(n, reader);
      }
    }

    @Override
    public void get(long offset, Reader reader) {
      byte[] key = keys.get((int) offset);
      byte[] value = values.get((int) offset);
      reader.accept(key, 0, key.length, value, 0, value.length);
    }

    @Override
    public void getByKey(byte[] key, Reader reader) {
      Integer offset = byKey.get(ByteBuffer.wrap(key));
      if (offset == null) {
        reader.absent();
      } else {
        get(offset, reader);
      }
    }

    @Override
    public void getByKeys(List<byte[]> several, Reader reader) {
      several.forEach(key -> getByKey(key, reader));
    }

    @Override
    public void close() {}
  }

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.headwater.benchmarks.log.LogCase#all")
  void aLogThatKeepsWhatItGetsPassesEveryRound(LogCase of) throws Exception {
    LogTask task = new LogTask(of, LogPeer.CHRONICLE, 5003);
    try (LogEngine engine = engine(task, -1)) {
      engine.load();
      for (int number = 0; number < 2; number++) {
        Round round = engine.run(number);

        assertThat(round.outcome()).isEqualTo(task.expected());
      }
    }
    try (Stream<Path> files = Files.walk(folder.resolve("logs"))) {
      assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allMatch(file -> isEmpty(file));
    }
  }

  @Test
  void aChangedByteIsFoundThoughItIsNotInTheFingerprint() throws Exception {
    LogTask task =
        new LogTask(LogCase.parse("log-publish-8").orElseThrow(), LogPeer.CHRONICLE, 1000);
    try (LogEngine engine = engine(task, 999)) {
      engine.load();

      assertThatThrownBy(() -> engine.run(0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("message 999 is not what was published");
    }
  }

  private LogEngine engine(LogTask task, long damaged) {
    Map<Path, ListedLog> logs = new HashMap<>();
    return new LogEngine(
        task,
        folder.resolve("logs"),
        (own, of) -> {
          Files.writeString(own.resolve("some"), "bytes");
          return logs.computeIfAbsent(own, any -> new ListedLog(damaged));
        });
  }

  private static boolean isEmpty(Path file) {
    try {
      return Files.size(file) == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
