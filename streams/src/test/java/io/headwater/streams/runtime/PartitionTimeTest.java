package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.streams.processor.internals.ProcessorMetadata;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.junit.jupiter.api.Test;

class PartitionTimeTest {
  @Test
  void kafkaStreamsReadsWhatIsWrittenHereAndTheOtherWayRound() {
    for (long time : new long[] {-1, 0, 1, 1_700_000_000_000L, Long.MAX_VALUE}) {
      String ours = new PartitionTime(time, Map.of()).encode();
      assertThat(TopicPartitionMetadata.decode(ours).partitionTime()).isEqualTo(time);
      assertThat(PartitionTime.decode(ours).timeMs()).isEqualTo(time);
      String theirs = new TopicPartitionMetadata(time, new ProcessorMetadata()).encode();
      assertThat(PartitionTime.decode(theirs).timeMs()).isEqualTo(time);
    }
  }

  @Test
  void timesOfNodesAreReadByKafkaStreamsAndTheOtherWayRound() {
    var ours = new PartitionTime(7, Map.of("count-by-day", 5L, "größe", -1L));
    ProcessorMetadata read = TopicPartitionMetadata.decode(ours.encode()).processorMetadata();
    assertThat(read.get("count-by-day")).isEqualTo(5);
    assertThat(read.get("größe")).isEqualTo(-1);
    String theirs = new TopicPartitionMetadata(7, read).encode();
    assertThat(PartitionTime.decode(theirs)).isEqualTo(ours);
  }

  @Test
  void aVersionWithoutNodesIsRead() {
    assertThat(PartitionTime.decode("AQAAAAAAAAAH")).isEqualTo(new PartitionTime(7, Map.of()));
  }

  @Test
  void otherMetadataStandsForNoTime() {
    assertThat(PartitionTime.decode("").timeMs()).isEqualTo(PartitionTime.UNKNOWN);
    assertThat(PartitionTime.decode("a note").timeMs()).isEqualTo(PartitionTime.UNKNOWN);
    assertThat(PartitionTime.decode("AAAA").timeMs()).isEqualTo(PartitionTime.UNKNOWN);
    assertThat(PartitionTime.decode("AgAAAAAAAAAHf/////8=").timeMs())
        .isEqualTo(PartitionTime.UNKNOWN);
    assertThat(PartitionTime.decode("CQAAAAAAAAAA").timeMs()).isEqualTo(PartitionTime.UNKNOWN);
  }
}
