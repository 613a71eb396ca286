package io.headwater.streams.runtime;

/** Kafka's placing of keyed records: 32-bit MurmurHash2 of the key's bytes, modulo partitions. */
public final class KeyPartitioner {
  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;

  private KeyPartitioner() {}

  /** The partition that records of that key go to. */
  public static int partition(byte[] key, int partitions) {
    return partitions == 1 ? 0 : (hash(key) & 0x7fffffff) % partitions;
  }

  static int hash(byte[] data) {
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
