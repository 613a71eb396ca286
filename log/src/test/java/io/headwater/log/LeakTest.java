package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.OpenResources;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log holds of the operating system, while it is open and after. */
class LeakTest {
  private static final LogOptions SMALL = LogOptions.builder().segmentBytes(1_000).build();
  private static final LogOptions VIEW = SMALL.toBuilder().readOnly(true).build();

  @TempDir Path temp;

  private static BatchBuilder batch(int bytes) {
    return new BatchBuilder().append(1, null, new byte[bytes], Headers.EMPTY);
  }

  /** By default some hundred times. */
  @Test
  void openingAndClosingTenThousandTimesLeavesNothingBehind() {
    Path folder = temp.resolve("orders-3");
    int times = Seeds.full() ? 10_000 : 400;
    OpenResources before = OpenResources.in(temp);
    var buffer = new BatchBuffer();
    for (int i = 0; i < times; i++) {
      try (BatchLog log = BatchLog.open(Storage.disk(), folder, SMALL)) {
        log.append(batch(i % 5 == 0 ? 20_000 : 300));
        log.read(log.range().from(), Long.MAX_VALUE, 100, buffer);
        log.read(log.range().to() - 1, Long.MAX_VALUE, 100, buffer);
        if (i % 10 == 0) {
          try (BatchLog view = BatchLog.open(Storage.disk(), folder, VIEW)) {
            view.read(view.range().to() - 1, Long.MAX_VALUE, 100, buffer);
            assertThat(buffer.isEmpty()).isFalse();
          }
        }
        if (i % 50 == 49) {
          log.dropSegmentsBefore(log.range().to());
        }
      }
      if (i % 100 == 0 || i == times - 1) {
        assertThat(OpenResources.in(temp)).as("after %d times", i + 1).isEqualTo(before);
      }
    }
  }

  @Test
  void aThousandSegmentsHoldNoDescriptorsAndReadingThemTakesNoMoreThanAMappingEach() {
    Path folder = temp.resolve("orders-3");
    OpenResources before = OpenResources.in(temp);
    var buffer = new BatchBuffer();
    long seed = Seeds.next();
    var random = new Random(seed);
    int records = 1_000;
    try (BatchLog log = BatchLog.open(Storage.disk(), folder, SMALL)) {
      for (int i = 0; i < records; i++) {
        log.append(batch(900));
      }
      assertThat(log.segmentBases()).hasSize(records);
      // The folder's lock, the mark and the newest segment.
      assertThat(OpenResources.in(temp).descriptors() - before.descriptors()).isBetween(0L, 3L);
      log.sync();
      assertThat(OpenResources.in(temp).descriptors() - before.descriptors()).isBetween(0L, 3L);
    }
    assertThat(OpenResources.in(temp)).isEqualTo(before);

    for (LogOptions options : new LogOptions[] {SMALL, VIEW}) {
      try (BatchLog log = BatchLog.open(Storage.disk(), folder, options)) {
        OpenResources opened = OpenResources.in(temp);
        assertThat(opened.descriptors() - before.descriptors()).isBetween(0L, 3L);
        assertThat(opened.mappings() - before.mappings()).isLessThanOrEqualTo(3);
        OpenResources afterFirst = opened;
        for (int round = 0; round < 3; round++) {
          for (int i = 0; i < records; i++) {
            long offset = round == 0 ? i : random.nextInt(records);
            log.read(offset, Long.MAX_VALUE, 1, buffer);
            assertThat(buffer.nextOffset()).as("seed %d", seed).isEqualTo(offset + 1);
          }
          OpenResources read = OpenResources.in(temp);
          if (round == 0) {
            afterFirst = read;
            long descriptors = read.descriptors() - before.descriptors();
            assertThat(descriptors).isLessThanOrEqualTo(options.readOnly() ? 100 : 3);
            assertThat(read.mappings() - before.mappings()).isLessThanOrEqualTo(3L * records);
          }
          assertThat(read).as("round %d", round).isEqualTo(afterFirst);
        }
      }
      assertThat(OpenResources.in(temp)).isEqualTo(before);
    }
  }
}
