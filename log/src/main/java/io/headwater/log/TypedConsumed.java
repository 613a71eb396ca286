package io.headwater.log;

import java.util.List;

/**
 * Some messages that were read from a {@link TypedLog}, and where to go on: see {@link Consumed}.
 *
 * @param nextOffset the offset to consume from next
 * @param messages in the order of their offsets; cannot be changed
 */
public record TypedConsumed<K, V>(long nextOffset, List<TypedMessage<K, V>> messages) {
  public TypedConsumed {
    messages = List.copyOf(messages);
  }
}
