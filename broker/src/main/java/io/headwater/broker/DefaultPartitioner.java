package io.headwater.broker;

/**
 * Where records with a key go, unless their writer has reasons of its own: Kafka's default. All
 * records of a key are in one partition, in the order they were written, and topics with the same
 * number of partitions have a key at the same place, which is what joins rely on.
 */
public final class DefaultPartitioner {
  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;

  private DefaultPartitioner() {}

  /**
   * The partition of a key: the 32-bit MurmurHash2 of its bytes, without its sign bit, modulo the
   * number of partitions.
   *
   * @param key the serialized key
   * @param partitions how many the topic has, at least 1
   * @return from 0 to {@code partitions - 1}
   */
  public static int partition(byte[] key, int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException("a topic has at least 1 partition, not " + partitions);
    }
    return partitions == 1 ? 0 : (hash(key) & 0x7fffffff) % partitions;
  }

  private static int hash(byte[] data) {
    int length = data.length;
    int h = SEED ^ length;
    int words = length >> 2;
    for (int i = 0; i < words; i++) {
      int at = i << 2;
      int k =
          (data[at] & 0xff)
              | (data[at + 1] & 0xff) << 8
              | (data[at + 2] & 0xff) << 16
              | data[at + 3] << 24;
      k *= M;
      k ^= k >>> 24;
      k *= M;
      h = h * M ^ k;
    }
    int tail = words << 2;
    int left = length - tail;
    if (left > 0) {
      if (left == 3) {
        h ^= (data[tail + 2] & 0xff) << 16;
      }
      if (left >= 2) {
        h ^= (data[tail + 1] & 0xff) << 8;
      }
      h ^= data[tail] & 0xff;
      h *= M;
    }
    h ^= h >>> 13;
    h *= M;
    return h ^ h >>> 15;
  }
}
