package io.headwater.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ErrorPolicyTest {
  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  @Test
  void eachTryWaitsTwiceAsLongUpToAMinute() {
    ErrorPolicy policy = ErrorPolicy.stop().withRetries(100, Duration.ofSeconds(7));
    assertThat(policy.backoff(1)).isEqualTo(Duration.ofSeconds(7));
    assertThat(policy.backoff(2)).isEqualTo(Duration.ofSeconds(14));
    assertThat(policy.backoff(4)).isEqualTo(Duration.ofSeconds(56));
    assertThat(policy.backoff(5)).isEqualTo(Duration.ofMinutes(1));
    assertThat(policy.backoff(100)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void aWaitOfAnyLengthIsAMinuteAtMost() {
    for (Duration wait : new Duration[] {Duration.ofDays(1_000_000_000), FOREVER}) {
      ErrorPolicy policy = ErrorPolicy.stop().withRetries(100, wait);
      assertThat(policy.backoff(1)).isEqualTo(Duration.ofMinutes(1));
      assertThat(policy.backoff(100)).isEqualTo(Duration.ofMinutes(1));
    }
  }
}
