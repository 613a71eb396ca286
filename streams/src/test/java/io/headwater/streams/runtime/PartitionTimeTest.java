package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.processor.internals.ProcessorMetadata;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.junit.jupiter.api.Test;

class PartitionTimeTest {
  @Test
  void kafkaStreamsReadsWhatIsWrittenHereAndTheOtherWayRound() {
    for (long time : new long[] {-1, 0, 1, 1_700_000_000_000L, Long.MAX_VALUE}) {
      String ours = PartitionTime.encode(time);
      assertThat(TopicPartitionMetadata.decode(ours).partitionTime()).isEqualTo(time);
      assertThat(PartitionTime.decode(ours)).isEqualTo(time);
      String theirs = new TopicPartitionMetadata(time, new ProcessorMetadata()).encode();
      assertThat(PartitionTime.decode(theirs)).isEqualTo(time);
    }
  }

  @Test
  void otherMetadataStandsForNoTime() {
    assertThat(PartitionTime.decode("")).isEqualTo(PartitionTime.UNKNOWN);
    assertThat(PartitionTime.decode("a note")).isEqualTo(PartitionTime.UNKNOWN);
    assertThat(PartitionTime.decode("AAAA")).isEqualTo(PartitionTime.UNKNOWN);
    assertThat(PartitionTime.decode("CQAAAAAAAAAA")).isEqualTo(PartitionTime.UNKNOWN);
  }
}
