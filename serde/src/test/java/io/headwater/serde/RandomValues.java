package io.headwater.serde;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values of the built-in types from a seed, with the ends of their ranges more often than chance.
 */
final class RandomValues {
  private static final long[] LONGS = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 63, 64, -64, -65};

  private final Random random;

  RandomValues(long seed) {
    random = new Random(seed);
  }

  long aLong() {
    return switch (random.nextInt(4)) {
      case 0 -> LONGS[random.nextInt(LONGS.length)];
      case 1 -> random.nextLong() >> random.nextInt(64);
      case 2 -> (1L << random.nextInt(63)) - random.nextInt(3);
      default -> random.nextLong();
    };
  }

  int anInt() {
    return switch (random.nextInt(4)) {
      case 0 -> Integer.MAX_VALUE;
      case 1 -> Integer.MIN_VALUE;
      default -> (int) aLong();
    };
  }

  short aShort() {
    return (short) aLong();
  }

  float aFloat() {
    return Float.intBitsToFloat(anInt());
  }

  double aDouble() {
    return Double.longBitsToDouble(aLong());
  }

  boolean aBoolean() {
    return random.nextBoolean();
  }

  UUID aUuid() {
    return new UUID(aLong(), aLong());
  }

  Instant anInstant() {
    long seconds =
        Math.floorMod(random.nextLong(), 63_113_000_000_000_000L) - 31_556_500_000_000_000L;
    return switch (random.nextInt(5)) {
      case 0 -> Instant.MIN;
      case 1 -> Instant.MAX;
      default -> Instant.ofEpochSecond(seconds, random.nextInt(1_000_000_000));
    };
  }

  /** Whole code points of every length in UTF-8, U+FFFD among them; no lone surrogate. */
  String text() {
    var text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int codePoint =
          switch (random.nextInt(5)) {
            case 0 -> 0xFFFD;
            case 1 -> random.nextInt(0x80);
            case 2 -> random.nextInt(0x800);
            case 3 -> random.nextInt(0x10000);
            default -> random.nextInt(0x110000);
          };
      text.appendCodePoint(
          codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE
              ? 'x'
              : codePoint);
    }
    return text.toString();
  }

  NamespacedName namespacedName() {
    String name = "n" + text();
    return random.nextBoolean()
        ? NamespacedName.of(name.replace('/', '-'))
        : NamespacedName.of("ns" + text().replace('/', '-'), name);
  }

  byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A window into a larger array half of the time, at some position. */
  ByteBuffer byteBuffer() {
    ByteBuffer buffer = ByteBuffer.wrap(bytes());
    if (random.nextBoolean()) {
      int from = random.nextInt(buffer.limit() + 1);
      buffer = buffer.slice(from, random.nextInt(buffer.limit() - from + 1));
    }
    return buffer.position(random.nextInt(buffer.limit() + 1));
  }

  /** About one element in three is null. */
  <T> List<@Nullable T> listOf(Supplier<T> element) {
    var list = new ArrayList<@Nullable T>();
    for (int i = random.nextInt(8); i > 0; i--) {
      list.add(random.nextInt(3) == 0 ? null : element.get());
    }
    return list;
  }
}
