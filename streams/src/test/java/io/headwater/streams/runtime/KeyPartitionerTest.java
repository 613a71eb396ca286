package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class KeyPartitionerTest {
  @Test
  void keysGoWhereKafkaPutsThem() {
    long seed = Long.getLong("headwater.tests.seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] key = new byte[random.nextInt(40)];
      random.nextBytes(key);
      int partitions = 1 + random.nextInt(50);
      assertThat(KeyPartitioner.partition(key, partitions))
          .as("seed %d", seed)
          .isEqualTo(Utils.toPositive(Utils.murmur2(key)) % partitions);
    }
  }
}
