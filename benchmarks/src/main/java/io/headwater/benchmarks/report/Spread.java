package io.headwater.benchmarks.report;

import java.util.Arrays;

/**
 * How numbers lie.
 *
 * @param lowerQuartile a quarter of them is at most this
 * @param upperQuartile a quarter of them is at least this
 */
public record Spread(
    double min, double lowerQuartile, double median, double upperQuartile, double max) {

  /**
   * The spread of at least one number, between two of them in proportion.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Spread of(double... numbers) {
    if (numbers.length == 0) {
      throw new IllegalArgumentException("no numbers have no spread");
    }
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return new Spread(
        sorted[0],
        quantile(sorted, 0.25),
        quantile(sorted, 0.5),
        quantile(sorted, 0.75),
        sorted[sorted.length - 1]);
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }
}
