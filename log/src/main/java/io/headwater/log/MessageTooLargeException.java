package io.headwater.log;

import io.headwater.log.storage.LogException;

/** A message, or several that were published together, are larger than the log takes. */
public final class MessageTooLargeException extends LogException {
  private static final long serialVersionUID = 1L;

  private final long bytes;
  private final long bytesMax;

  private MessageTooLargeException(String message, long bytes, long bytesMax) {
    super(message);
    this.bytes = bytes;
    this.bytesMax = bytesMax;
  }

  static MessageTooLargeException ofMessage(String log, long bytes, long bytesMax) {
    return new MessageTooLargeException(
        "%s takes messages of up to %d bytes, this one has %d: raise messageBytesMax, or publish it in parts"
            .formatted(log, bytesMax, bytes),
        bytes,
        bytesMax);
  }

  static MessageTooLargeException ofCompressed(String log, long bytes, long bytesMax) {
    return new MessageTooLargeException(
        "%s compresses records of up to %d bytes, this message has %d and what frames it: publish it in parts"
            .formatted(log, bytesMax, bytes),
        bytes,
        bytesMax);
  }

  static MessageTooLargeException ofBatch(
      String log, int counted, int messages, long bytes, long bytesMax) {
    return new MessageTooLargeException(
        "%s takes up to %d bytes of messages at once, but the first %d of %d make %d: publish fewer at a time"
            .formatted(log, bytesMax, counted, messages, bytes),
        bytes,
        bytesMax);
  }

  /** How many bytes there were. */
  public long bytes() {
    return bytes;
  }

  /** How many there may be. */
  public long bytesMax() {
    return bytesMax;
  }
}
