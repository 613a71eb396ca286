package io.headwater.state.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyBytesTest {
  private static byte[] randomKey(Random random) {
    var key = new byte[random.nextInt(12)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(3) * 127);
    }
    return key;
  }

  @Test
  void keysComparedByPrefixFirstAreOrderedAsUnsignedBytes() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      byte[] left = randomKey(random);
      byte[] right = randomKey(random);
      int compared = KeyBytes.compare(KeyBytes.prefix(left), left, KeyBytes.prefix(right), right);
      assertThat(Integer.signum(compared))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(left, right)));
    }
  }

  @Test
  void theKeyAfterOneIsTheNextInOrder() {
    byte[] key = {1, -1};
    assertThat(KeyBytes.after(key)).containsExactly(1, -1, 0);
  }

  @Test
  void theKeyAfterAPrefixIsAboveAllThatBeginWithIt() {
    assertThat(KeyBytes.afterPrefix(new byte[] {1, 2})).containsExactly(1, 3);
    assertThat(KeyBytes.afterPrefix(new byte[] {1, 127})).containsExactly(1, -128);
    assertThat(KeyBytes.afterPrefix(new byte[] {1, -1, -1})).containsExactly(2);
    assertThat(KeyBytes.afterPrefix(new byte[] {-1, -1})).isNull();
    assertThat(KeyBytes.afterPrefix(new byte[0])).isNull();
  }

  @Test
  void theHashesOfNearbyKeysDifferInTheirLowBits() {
    var slots = new HashSet<Integer>();
    for (int i = 0; i < 1 << 12; i++) {
      slots.add(KeyBytes.hash(("key-" + i).getBytes(UTF_8)) & 0xffff);
    }
    // As many as 4096 throws into 65536 places hit: about 3970.
    assertThat(slots).hasSizeGreaterThan(3900);
  }
}
