package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static final byte[] EMPTY = {};

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static Message message(byte @Nullable [] key, byte @Nullable [] value) {
    return new Message(3, 4, key, value, Headers.EMPTY);
  }

  @Test
  void messagesOfTheSameContentAreEqualAndNullIsNotEmpty() {
    Message message = message(bytes(1), bytes(2));
    assertThat(message).isEqualTo(message(bytes(1), bytes(2)));
    assertThat(message).hasSameHashCodeAs(message(bytes(1), bytes(2)));
    assertThat(
            List.of(
                message(bytes(2), bytes(2)),
                message(bytes(1), bytes(1)),
                message(null, bytes(2)),
                message(bytes(1), null),
                message.withTimestamp(5),
                message.withHeaders(Headers.EMPTY.add("trace", null)),
                new Message(9, 4, bytes(1), bytes(2), Headers.EMPTY)))
        .doesNotContain(message)
        .doesNotHaveDuplicates();
    assertThat(message(null, null)).isNotEqualTo(message(EMPTY, null));
    assertThat(message(null, null)).isNotEqualTo(message(null, EMPTY));
  }

  @Test
  void aNewMessageHasNoOffsetNoTimestampAndNoHeaders() {
    Message message = Message.of(bytes(1), null);
    assertThat(message)
        .isEqualTo(
            new Message(Message.NO_OFFSET, Message.NO_TIMESTAMP, bytes(1), null, Headers.EMPTY));
    assertThat(message)
        .hasToString("Message[offset=-1, timestampMs=-1, key=1 bytes, value=null, headers=[]]");
  }

  @Test
  void whatWasConsumedCannotBeChanged() {
    var messages = new ArrayList<>(List.of(Message.of(null, null)));
    var consumed = new Consumed(1, messages);
    messages.clear();
    assertThat(consumed.messages()).hasSize(1);
    assertThatThrownBy(() -> consumed.messages().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void deletionsAddUp() {
    assertThat(new Deleted(OffsetSet.of(1), 10).plus(new Deleted(OffsetSet.of(2, 5), 7)))
        .isEqualTo(new Deleted(OffsetSet.of(1, 2, 5), 17));
  }
}
