package io.headwater.log.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;

class KeyHashTest {
  private static final XXHash64 OTHER = XXHashFactory.safeInstance().hash64();

  /** Numbers that the authors of XXH64 publish. */
  @Test
  void hashesAreThoseOfXxh64() {
    assertThat(KeyHash.of(new byte[0])).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(KeyHash.of("a".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(KeyHash.of("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(0x44BC2CF5AD770999L);
  }

  @Test
  void hashesAreThoseOfAnotherXxh64WhateverTheLengthAndWhereTheKeyIs() {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length + 20];
      random.nextBytes(bytes);
      int offset = random.nextInt(20);
      assertThat(KeyHash.of(bytes, offset, length))
          .as("seed %d, length %d", seed, length)
          .isEqualTo(OTHER.hash(bytes, offset, length, 0));
    }
  }

  @Test
  void theNullKeyHasAnotherHashThanTheEmptyOne() {
    assertThat(KeyHash.of(null))
        .isEqualTo(KeyHash.NULL)
        .isEqualTo(OTHER.hash(new byte[0], 0, 0, 1))
        .isNotEqualTo(KeyHash.of(new byte[0]));
  }
}
