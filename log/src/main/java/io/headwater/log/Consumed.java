package io.headwater.log;

import java.util.List;

/**
 * Some messages that were read, and where to go on.
 *
 * @param nextOffset the offset to consume from next. It is the one that was asked for only if the
 *     reader is at the end of the log; it may be higher with no messages, where those in between
 *     were deleted or did not match
 * @param messages in the order of their offsets; cannot be changed
 */
public record Consumed(long nextOffset, List<Message> messages) {
  public Consumed {
    messages = List.copyOf(messages);
  }
}
