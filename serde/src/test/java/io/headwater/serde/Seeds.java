package io.headwater.serde;

/** Seeds of random tests: printed, and given again with {@code -Dheadwater.tests.seed=N}. */
final class Seeds {
  private Seeds() {}

  static long next() {
    long seed = Long.getLong("headwater.tests.seed", System.nanoTime());
    System.out.println("headwater.tests.seed=" + seed);
    return seed;
  }
}
