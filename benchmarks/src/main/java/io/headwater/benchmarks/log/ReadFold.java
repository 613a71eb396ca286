package io.headwater.benchmarks.log;

import io.headwater.benchmarks.workload.Outcome;

/** Sums up what is read: cheap enough to be in the measured time, on every side alike. */
final class ReadFold implements TestedLog.Reader {
  private long found;
  private long absent;
  private long checksum;

  @Override
  public void accept(
      byte[] keyArray,
      int keyPosition,
      int keySize,
      byte[] valueArray,
      int valuePosition,
      int valueSize) {
    found++;
    checksum +=
        Messages.fingerprint(keyArray, keyPosition, keySize, valueArray, valuePosition, valueSize);
  }

  /** Takes in the nth message as it should be. */
  void expect(long n) {
    found++;
    checksum += Messages.fingerprint(n);
  }

  @Override
  public void absent() {
    absent++;
  }

  /** The messages found, the keys that were not, and a checksum of the former. */
  Outcome outcome() {
    return new Outcome(found, absent, checksum);
  }
}
