package io.headwater.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WindowKeysTest {
  @Test
  void aWindowKeyIsTheKeyThenTheStartThenTheNumberAsInKafkaStreams() {
    byte[] windowKey = WindowKeys.of(new byte[] {'a', 'b'}, 0x0102030405060708L, 9);

    assertThat(windowKey).containsExactly('a', 'b', 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9);
    assertThat(WindowKeys.start(windowKey)).isEqualTo(0x0102030405060708L);
    assertThat(WindowKeys.number(windowKey)).isEqualTo(9);
    assertThat(WindowKeys.key(windowKey)).containsExactly('a', 'b');
    assertThat(WindowKeys.hasKey(windowKey, new byte[] {'a', 'b'})).isTrue();
    assertThat(WindowKeys.hasKey(windowKey, new byte[] {'a'})).isFalse();
  }

  @Test
  void noWindowKeyOfASmallerKeyAndEarlierStartIsAboveTheLast() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      byte[] lastKey = randomKey(random);
      byte[] key = randomKey(random);
      long lastStartMs = random.nextLong() >>> (1 + random.nextInt(62));
      long startMs = random.nextLong() >>> (1 + random.nextInt(62));
      if (Arrays.compareUnsigned(key, lastKey) <= 0 && startMs <= lastStartMs) {
        assertThat(
                Arrays.compareUnsigned(
                    WindowKeys.of(key, startMs, random.nextInt(Integer.MAX_VALUE)),
                    WindowKeys.last(lastKey, lastStartMs)))
            .isLessThanOrEqualTo(0);
      }
    }
  }

  private static byte[] randomKey(Random random) {
    var key = new byte[random.nextInt(5)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(3) * 127);
    }
    return key;
  }
}
