package io.headwater.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "flights", "app-STORE_0.changelog", "...", "9"})
  void kafkasTopicNamesAreAllowed(String name) {
    assertThat(NewTopic.of(name, 1).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä", "a\n", "../a"})
  void otherTopicNamesAreRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NewTopic.of(name, 1))
        .withMessageContaining("is not a topic name");
  }

  @Test
  void aTopicNameHasAtMost249Characters() {
    assertThat(NewTopic.of("x".repeat(249), 1).partitions()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> NewTopic.of("x".repeat(250), 1));
  }

  @Test
  void aTopicNeedsAPartition() {
    assertThatIllegalArgumentException().isThrownBy(() -> NewTopic.of("a", 0));
  }

  @Test
  void configurationInTextFormIsReadBack() {
    TopicConfig config =
        TopicConfig.parse(
            Map.of(
                "cleanup.policy", "compact",
                "message.timestamp.type", "LogAppendTime",
                "segment.bytes", "1048576"));
    assertThat(TopicConfig.parse(config.toMap())).isEqualTo(config);
    assertThat(config.compacted()).isTrue();
    assertThat(TopicConfig.parse(Map.of())).isEqualTo(TopicConfig.DEFAULT);
  }

  @Test
  void unknownSettingsAndValuesAreRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicConfig.parse(Map.of("retention", "1")))
        .withMessage(
            "unknown topic setting 'retention'; known are cleanup.policy, message.timestamp.type and segment.bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicConfig.parse(Map.of("cleanup.policy", "shrink")))
        .withMessage("cleanup.policy must be delete or compact, was 'shrink'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicConfig.parse(Map.of("segment.bytes", "many")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicConfig.parse(Map.of("segment.bytes", "1")));
  }
}
