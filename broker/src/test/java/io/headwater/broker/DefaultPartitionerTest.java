package io.headwater.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.Seeds;
import java.util.Random;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class DefaultPartitionerTest {
  @Test
  void keysGoWhereKafkaPutsThem() {
    long seed = Seeds.next();
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] key = new byte[random.nextInt(40)];
      random.nextBytes(key);
      int partitions = 1 + random.nextInt(50);
      assertThat(DefaultPartitioner.partition(key, partitions))
          .as("seed %d", seed)
          .isEqualTo(Utils.toPositive(Utils.murmur2(key)) % partitions);
    }
  }

  @Test
  void aTopicHasAPartition() {
    assertThatThrownBy(() -> DefaultPartitioner.partition(new byte[0], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a topic has at least 1 partition, not 0");
  }
}
