package io.headwater.log.testing;

import java.util.Random;

/**
 * Seeds of random tests. A test asks for one and names it in every assertion; {@code
 * -Dheadwater.tests.seed=N} gives it that one again.
 */
public final class Seeds {
  private Seeds() {}

  /** The seed of this run: the given one, or a new one, printed. */
  public static long next() {
    Long given = Long.getLong("headwater.tests.seed");
    long seed = given != null ? given : new Random().nextLong();
    System.out.println("seed " + seed + " (-Dheadwater.tests.seed=" + seed + " runs it again)");
    return seed;
  }

  /** Whether slow suites run in full. */
  public static boolean full() {
    return Boolean.getBoolean("headwater.tests.full");
  }
}
