package io.headwater.streams.kstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeWindowsTest {
  /** The example of the user's documents: windows of 5 s every 3 s. */
  @Test
  void aRecordIsInEveryHoppingWindowThatContainsItsTime() {
    var windows =
        TimeWindows.ofSizeWithNoGrace(Duration.ofSeconds(5)).advanceBy(Duration.ofSeconds(3));
    assertThat(windows.earliestStartMs(4_000)).isZero();
    assertThat(windows.earliestStartMs(5_000)).isEqualTo(3_000);
    assertThat(windows.earliestStartMs(2_999)).isZero();
  }

  @Test
  void windowsAreThoseOfKafkaStreams() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      long size = random.nextLong(1, 101);
      long advance = random.nextLong(1, size + 1);
      long timestamp = random.nextInt(1_000);
      var ours = new TimeWindows(size, advance, 0);
      var theirs =
          org.apache.kafka.streams.kstream.TimeWindows.ofSizeWithNoGrace(Duration.ofMillis(size))
              .advanceBy(Duration.ofMillis(advance));
      var starts = new ArrayList<Long>();
      for (long start = ours.earliestStartMs(timestamp); start <= timestamp; start += advance) {
        starts.add(start);
      }
      assertThat(starts)
          .as("seed %d, %s at %d", seed, ours, timestamp)
          .isEqualTo(new ArrayList<>(theirs.windowsFor(timestamp).keySet()));
    }
  }

  @Test
  void sizesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> TimeWindows.ofSizeWithNoGrace(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size must be positive");
    var windows = TimeWindows.ofSizeWithNoGrace(Duration.ofSeconds(1));
    assertThatThrownBy(() -> windows.advanceBy(Duration.ofSeconds(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most the window's size");
    assertThatThrownBy(
            () -> TimeWindows.ofSizeAndGrace(Duration.ofSeconds(1), Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grace");
  }
}
