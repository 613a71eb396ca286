package io.headwater.cli;

import io.headwater.log.LogCursor;
import io.headwater.log.Message;
import io.headwater.serde.Headers;
import io.headwater.serde.SerializationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the messages of a log, and has the options that say how. */
final class MessagePrinter {
  @Option(
      names = "--json",
      description = "Print one JSON object a message: offset, timestamp, key, value, headers.")
  private boolean json;

  @Mixin private FormatOptions formats = new FormatOptions();

  MessagePrinter() {}

  /** What keys are. */
  ByteFormat keyFormat() {
    return formats.key(ByteFormat.AUTO);
  }

  /** A printer to a console. */
  Printing to(Console console, String log) {
    return new Printing(
        console,
        log,
        keyFormat(),
        formats.value(ByteFormat.AUTO),
        json ? new JsonLines(console.out()) : null);
  }

  /** Prints messages one after the other. */
  record Printing(
      Console console, String log, ByteFormat key, ByteFormat value, @Nullable JsonLines lines) {
    void print(Message message) {
      print(
          message.offset(),
          message.timestampMs(),
          message.key(),
          message.value(),
          message.headers());
    }

    void print(LogCursor at) {
      print(at.offset(), at.timestampMs(), at.key(), at.value(), at.headers());
    }

    private void print(
        long offset,
        long timestampMs,
        byte @Nullable [] keyBytes,
        byte @Nullable [] valueBytes,
        Headers headers) {
      try {
        if (lines == null) {
          console
              .out()
              .println(
                  Records.line(
                      log, offset, timestampMs, key, keyBytes, value, valueBytes, headers));
        } else {
          lines.object(
              object ->
                  Records.writeFields(
                      object, log, offset, timestampMs, key, keyBytes, value, valueBytes, headers));
        }
      } catch (SerializationException e) {
        throw new UserException(
            "offset %d cannot be shown with these serdes: %s".formatted(offset, e.getMessage()), e);
      }
    }

    /** Whether nobody reads the output any more; flushes it to find out. */
    boolean closed() {
      return console.out().checkError();
    }
  }
}
