package io.headwater.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.Compression;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.LogRecords;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class CompressedLogTest {
  private static final Path FOLDER = Path.of("orders-3");

  private final Storage storage = Storage.memory();
  private final Storage plainStorage = Storage.memory();

  private static LogOptions options(Compression compression) {
    return LogOptions.builder().segmentBytes(20_000).compression(compression).build();
  }

  private static BatchBuilder batch(Random random) {
    var batch = new BatchBuilder();
    for (int i = random.nextInt(60); i >= 0; i--) {
      byte[] value = "%d apples, ".formatted(random.nextInt(9)).repeat(9).getBytes(UTF_8);
      batch.append(random.nextInt(1_000_000), new byte[] {(byte) i}, value, Headers.EMPTY);
    }
    return batch;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aCompressedLogIsSmallerAndReadAsOneThatIsNot(Compression compression) {
    long seed = Seeds.next();
    var random = new Random(seed);
    var plainRandom = new Random(seed);
    for (int open = 0; open < 3; open++) {
      try (BatchLog log = BatchLog.open(storage, FOLDER, options(compression));
          BatchLog plain = BatchLog.open(plainStorage, FOLDER, options(Compression.NONE))) {
        for (int i = 0; i < 100; i++) {
          assertThat(log.append(batch(random))).isEqualTo(plain.append(batch(plainRandom)));
        }
        assertThat(LogRecords.all(log)).as("seed %d", seed).isEqualTo(LogRecords.all(plain));
        assertThat(log.sizeBytes()).isLessThan(plain.sizeBytes() / 3);
        for (int i = 0; i < 50; i++) {
          long time = random.nextInt(1_100_000);
          assertThat(log.offsetForTime(time))
              .as("seed %d, time %d", seed, time)
              .isEqualTo(plain.offsetForTime(time));
          plainRandom.nextInt(1_100_000);
        }
      }
    }
  }

  @Test
  void anotherSettingChangesOnlyWhatIsAppendedFromThenOn() {
    var random = new Random(1);
    var plainRandom = new Random(1);
    try (BatchLog plain = BatchLog.open(plainStorage, FOLDER, options(Compression.NONE))) {
      for (Compression compression : Compression.values()) {
        try (BatchLog log = BatchLog.open(storage, FOLDER, options(compression))) {
          log.append(batch(random));
          plain.append(batch(plainRandom));
          assertThat(LogRecords.all(log)).isEqualTo(LogRecords.all(plain));
        }
      }
    }
  }

  @Test
  void theLimitOfABatchIsAboutItsRecordsBeforeTheyAreCompressed() {
    var large = new BatchBuilder();
    for (int i = 0; i < 3; i++) {
      large.append(0, null, new byte[500_000], Headers.EMPTY);
    }
    try (BatchLog log = BatchLog.open(storage, FOLDER, options(Compression.GZIP))) {
      assertThatThrownBy(() -> log.append(large)).hasMessageContaining("the limit is 1048576");
      assertThat(log.range().size()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysOfCompressedMessagesAreFoundByAnIndexThatIsMadeLater(Compression compression) {
    try (Log log = Log.open(storage, FOLDER, options(compression))) {
      for (int i = 0; i < 200; i++) {
        log.publish(
            List.of(
                Message.of(("key " + i).getBytes(UTF_8), new byte[100]),
                Message.of(null, new byte[i])));
      }
    }
    LogOptions indexed = options(compression).toBuilder().keyIndex(true).build();
    try (Log log = Log.open(storage, FOLDER, indexed)) {
      for (int i = 0; i < 200; i++) {
        assertThat(log.offsetByKey(("key " + i).getBytes(UTF_8))).isEqualTo(2L * i);
      }
      assertThat(log.offsetByKey(null)).isEqualTo(399);
    }
  }
}
