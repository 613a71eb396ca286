package io.headwater.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.BatchLog;
import io.headwater.log.testing.Seeds;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchesTest {
  /** Others append between: each batch begins 1000 offsets after the one before. */
  @Test
  void recordsGetIntoAsFewBatchesAsTheirLimitAllowsAndKeepTheirOrder() {
    long seed = Seeds.next();
    var random = new Random(seed);
    var sizes = new ArrayList<Integer>();
    var counts = new ArrayList<Integer>();
    var batches =
        new Batches(
            batch -> {
              sizes.add(batch.sizeInBytes());
              counts.add(batch.count());
              return 1000L * sizes.size();
            });
    int records = 500;
    for (int i = 0; i < records; i++) {
      batches.add(1, new byte[random.nextInt(100)], new byte[random.nextInt(20_000)]);
    }
    batches.flush();
    batches.flush();

    var expected = new ArrayList<Long>();
    for (int batch = 0; batch < counts.size(); batch++) {
      for (int i = 0; i < counts.get(batch); i++) {
        expected.add(1000L * (batch + 1) + i);
      }
    }
    assertThat(batches.offsets()).as("seed %d", seed).isEqualTo(expected).hasSize(records);
    assertThat(sizes).as("seed %d", seed).allMatch(size -> size <= BatchLog.BATCH_BYTES_MAX);
    assertThat(sizes.subList(0, sizes.size() - 1))
        .as("seed %d", seed)
        .allMatch(size -> size > BatchLog.BATCH_BYTES_MAX - 21_000);
  }

  @Test
  void aRecordThatIsTooLargeForABatchOfSeveralIsAloneInOne() {
    var counts = new ArrayList<Integer>();
    var batches =
        new Batches(
            batch -> {
              counts.add(batch.count());
              return 0;
            });
    batches.add(1, new byte[1], null);
    batches.add(1, new byte[1], new byte[2 << 20]);
    batches.add(1, new byte[1], null);
    batches.flush();
    assertThat(counts).containsExactly(1, 1, 1);
  }
}
