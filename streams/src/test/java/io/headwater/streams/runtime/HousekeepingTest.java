package io.headwater.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HousekeepingTest {
  @Test
  void whatFailedIsTriedAgain() {
    var attempts = new AtomicInteger();
    var repeated =
        new Housekeeping.Repeated(
            () -> {
              if (attempts.incrementAndGet() <= 2) {
                throw new IllegalStateException("the disk is full");
              }
            });
    for (int i = 0; i < 5; i++) {
      repeated.attempt();
    }
    assertThat(attempts).hasValue(5);
  }
}
