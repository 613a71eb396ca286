package io.headwater.log.testing;

import java.util.Random;
import java.util.function.LongConsumer;

/**
 * Seeds of random tests. A test asks for one and names it in every assertion; {@code
 * -Dheadwater.tests.seed=N} gives it that one again. Under {@code -Pfull} each run has new seeds;
 * without it each test has its own, always the same, so that a build says something about what was
 * changed and not about luck.
 */
public final class Seeds {
  private static final String PROPERTY = "headwater.tests.seed";

  private Seeds() {}

  /** The seed of this run: the given one, or a new one, printed. */
  public static long next() {
    Long given = Long.getLong(PROPERTY);
    long seed = given != null ? given : ofRun();
    System.out.println("seed " + seed + " (-D" + PROPERTY + "=" + seed + " runs it again)");
    return seed;
  }

  /**
   * Runs a random test once for each of some seeds, or only for the given one. A failure names its
   * seed.
   *
   * @param runs how many seeds
   * @param runsFull how many under {@code -Pfull}
   */
  public static void forEach(int runs, int runsFull, LongConsumer test) {
    Long given = Long.getLong(PROPERTY);
    long first = given != null ? given : ofRun();
    int count = given != null ? 1 : full() ? runsFull : runs;
    for (int run = 0; run < count; run++) {
      long seed = first + run;
      try {
        test.accept(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-D" + PROPERTY + "=" + seed + " runs it again", e);
      }
    }
  }

  private static long ofRun() {
    return full() ? new Random().nextLong() : new Random(caller().hashCode()).nextLong();
  }

  /** The method of a test that asks. */
  private static String caller() {
    return StackWalker.getInstance()
        .walk(frames -> frames.dropWhile(Seeds::isHere).findFirst())
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .orElseThrow();
  }

  private static boolean isHere(StackWalker.StackFrame frame) {
    return frame.getClassName().equals(Seeds.class.getName());
  }

  /** Whether slow suites run in full. */
  public static boolean full() {
    return Boolean.getBoolean("headwater.tests.full");
  }
}
