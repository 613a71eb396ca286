package io.headwater.benchmarks.log;

import java.util.Arrays;

/** Compares every byte of what is read in order with what was published. */
final class WholeCheck implements TestedLog.Reader {
  private final Messages messages = new Messages();
  private long read;

  @Override
  public void accept(
      byte[] keyArray,
      int keyPosition,
      int keySize,
      byte[] valueArray,
      int valuePosition,
      int valueSize) {
    if (!same(messages.key(read), keyArray, keyPosition, keySize)
        || !same(messages.value(read), valueArray, valuePosition, valueSize)) {
      throw new IllegalStateException("message %d is not what was published".formatted(read));
    }
    read++;
  }

  private static boolean same(byte[] published, byte[] array, int position, int size) {
    return Arrays.equals(published, 0, published.length, array, position, position + size);
  }

  @Override
  public void absent() {
    throw new IllegalStateException("message %d is missing".formatted(read));
  }

  /** How many messages were read. */
  long read() {
    return read;
  }
}
