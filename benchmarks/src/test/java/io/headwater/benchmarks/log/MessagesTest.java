package io.headwater.benchmarks.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private final Messages messages = new Messages();

  @Test
  void everyKeyIsAnother() {
    assertThat(LongStream.range(0, 100_000).mapToObj(n -> ByteBuffer.wrap(messages.key(n).clone())))
        .doesNotHaveDuplicates()
        .hasSize(100_000);
  }

  @Test
  void anArrayIsAnotherMessagesOnlyAfterThePool() {
    byte[] key = messages.key(5);
    byte[] copy = key.clone();
    for (int n = 0; n < Messages.POOL - 1; n++) {
      messages.key(5000 + n);
    }

    assertThat(key).isEqualTo(copy);
    assertThat(messages.key(77)).isSameAs(key);
  }

  @Test
  void aMessageThatIsReadIsKnownByItsKeyAndValue() {
    assertThat(fingerprint(messages.key(42), messages.value(42)))
        .isEqualTo(Messages.fingerprint(42))
        .isNotEqualTo(fingerprint(messages.key(42), messages.value(43)))
        .isNotEqualTo(fingerprint(messages.key(43), messages.value(42)));
  }

  @Test
  void aMessageOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> fingerprint(messages.key(1), new byte[100]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a key of 10 bytes and a value of 100 were never published");
  }

  @Test
  void randomNumbersReachAllThatThereAre() {
    assertThat(LongStream.range(0, 1000).map(n -> Messages.random(n, 7)).distinct().sorted())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
  }

  private static long fingerprint(byte[] key, byte[] value) {
    return Messages.fingerprint(key, 0, key.length, value, 0, value.length);
  }
}
