package io.headwater.broker;

/** Sequence numbers of a producer's records: 0 to 2^31 - 1, then 0 again. */
final class Sequences {
  private Sequences() {}

  static int plus(int sequence, int count) {
    return (sequence + count) & Integer.MAX_VALUE;
  }

  static int minus(int sequence, int count) {
    return (sequence - count) & Integer.MAX_VALUE;
  }
}
