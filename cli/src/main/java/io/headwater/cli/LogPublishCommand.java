package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.Message;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.Compression;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lines into a log. */
@Command(
    name = "publish",
    description = {
      "Publish lines as messages of a log, and print the next offset.",
      "",
      "Each line, without its line feed or CRLF, is the value of one message, unless --key-field,",
      "--timestamp-field or --messages say that it is JSON; blank lines are passed over then. What is",
      "published again is there twice."
    },
    footer = {
      "",
      "Example: headwater log publish events flights.jsonl --create --key-field origin"
    },
    sortOptions = false)
final class LogPublishCommand implements Runnable {
  private static final int BATCH_MESSAGES_MAX = 1000;
  private static final long BATCH_BYTES_MAX = 256 * 1024;

  private final Console console;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogDirectory directory = new LogDirectory();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = LineSource.STANDARD_INPUT,
      description = "The file of lines; - or none is standard input.")
  private String file = LineSource.STANDARD_INPUT;

  @Option(names = "--create", description = "Make the log, and its folder, if there is none.")
  private boolean create;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "The key of all messages, as --key-serde reads it (default: no key).")
  private @Nullable String key;

  @Option(
      names = "--key-field",
      paramLabel = "FIELD",
      description = "The field whose text is the message's key; a null there is no key.")
  private @Nullable String keyField;

  @Option(
      names = "--timestamp-field",
      paramLabel = "FIELD",
      description =
          "The field that tells the message's timestamp: a number of milliseconds since 1970, or text "
              + "in ISO-8601, in UTC if it names no zone (default: the time of publishing).")
  private @Nullable String timestampField;

  @Option(
      names = "--timestamp-format",
      paramLabel = "PATTERN",
      description = "How that text is spelled, if not so, such as \"yyyy/MM/dd HH:mm\".")
  private @Nullable String timestampPattern;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header of each message; may be repeated.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--messages",
      description =
          "The lines are messages as 'log consume --json' prints them: objects with key, value, timestamp "
              + "and headers, such as {\"key\":\"a\",\"value\":null}.")
  private boolean messages;

  @Option(
      names = "--compression",
      paramLabel = "NAME",
      defaultValue = "none",
      description = "How new batches are compressed: none, gzip, snappy, lz4 or zstd.")
  private Compression compression = Compression.NONE;

  @Option(
      names = "--sync",
      description = "Force each batch to disk before more is read (default: once, at the end).")
  private boolean sync;

  @Option(
      names = "--key-index",
      description = "Keep an index of the keys from now on; a log that has one keeps it anyway.")
  private boolean keyIndex;

  @Option(names = "--json", description = "Print one JSON object: published, blank, nextOffset.")
  private boolean json;

  @Mixin private FormatOptions formats = new FormatOptions();

  private final List<Message> batch = new ArrayList<>();
  private long batchBytes;
  private long published;
  private long blank;

  LogPublishCommand(Console console) {
    this.console = console;
  }

  /** Makes a line a message. */
  @FunctionalInterface
  private interface Parser {
    Message parse(byte[] line) throws MalformedLineException;
  }

  @Override
  public void run() {
    Parser parser = parser();
    boolean isFile = !file.equals(LineSource.STANDARD_INPUT);
    String name = isFile ? String.valueOf(Path.of(file).getFileName()) : "standard input";
    try (LineSource lines = LineSource.open(console, file)) {
      if (create) {
        directory.createIfAbsent(console);
      }
      try (Log log = directory.open(console, compression, sync, keyIndex)) {
        boolean done = false;
        try (var progress = new Progress(console, name)) {
          publish(log, lines, name, parser, progress);
          done = true;
        } finally {
          if (done || published > 0) {
            report(log.nextOffset(), name);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void publish(Log log, LineSource lines, String name, Parser parser, Progress progress)
      throws IOException {
    boolean blankIsNone = messages || keyField != null || timestampField != null;
    while (!console.stop().requested()) {
      if (lines.mayWait()) {
        publish(log);
      }
      if (!lines.advance()) {
        break;
      }
      if (blankIsNone && LineSource.isBlank(lines.line())) {
        blank++;
        continue;
      }
      try {
        add(log, parser.parse(lines.line()));
      } catch (MalformedLineException e) {
        publish(log);
        throw new UserException(
            "%s line %d: %s; the lines before it are published: mend it and publish the rest"
                .formatted(name, lines.number(), e.getMessage()),
            e);
      }
      progress.show(published + batch.size(), Double.NaN);
    }
    publish(log);
  }

  private void add(Log log, Message message) throws MalformedLineException {
    if (message.timestampMs() < Message.NO_TIMESTAMP) {
      throw new MalformedLineException(
          "its time is %s, and a log begins with 1970"
              .formatted(Records.time(message.timestampMs())));
    }
    long bytes = BatchBuilder.sizeOf(message.key(), message.value(), message.headers());
    if (batch.size() == BATCH_MESSAGES_MAX || batchBytes + bytes > BATCH_BYTES_MAX) {
      publish(log);
    }
    batch.add(message);
    batchBytes += bytes;
  }

  private void publish(Log log) {
    if (!batch.isEmpty()) {
      log.publish(batch);
      published += batch.size();
      batch.clear();
      batchBytes = 0;
    }
  }

  private Parser parser() {
    if (messages && (key != null || keyField != null || timestampField != null)) {
      throw wrong("--messages have their own keys and times: leave out the options for them");
    }
    if (key != null && keyField != null) {
      throw wrong("--key and --key-field exclude each other");
    }
    if (timestampPattern != null && timestampField == null) {
      throw wrong("--timestamp-format needs --timestamp-field, which names the field");
    }
    Headers more = headers();
    if (messages) {
      return line -> {
        Message message = MessageLine.parse(line);
        Headers all = message.headers();
        for (var header : more) {
          all = all.add(header);
        }
        return message.withHeaders(all);
      };
    }
    String log = directory.name();
    byte @Nullable [] ofAll = key == null ? null : formats.key(ByteFormat.AUTO).bytes(log, key);
    @Nullable ByteFormat valueFormat = formats.valueIfNamed();
    if (keyField == null && timestampField == null) {
      return line -> {
        byte[] value = value(log, valueFormat, line);
        return Message.of(ofAll, value).withHeaders(more);
      };
    }
    var reader =
        new LineReader(keyField, timestampField, TimestampFormat.ofOption(spec, timestampPattern));
    return line -> {
      LineReader.Parsed parsed = reader.parse(line);
      Message message =
          Message.of(keyField == null ? ofAll : parsed.key(), value(log, valueFormat, line))
              .withHeaders(more);
      Long timestampMs = parsed.timestampMs();
      if (timestampMs == null) {
        return message;
      }
      if (timestampMs < 0) {
        throw new MalformedLineException(
            "field \"%s\" is %s, and a log begins with 1970"
                .formatted(timestampField, Records.time(timestampMs)));
      }
      return message.withTimestamp(timestampMs);
    };
  }

  private static byte[] value(String log, @Nullable ByteFormat format, byte[] line)
      throws MalformedLineException {
    if (format == null) {
      return line;
    }
    try {
      return format.bytes(log, new String(line, StandardCharsets.UTF_8));
    } catch (UserException e) {
      throw new MalformedLineException(String.valueOf(e.getMessage()), e);
    }
  }

  private Headers headers() {
    Headers parsed = Headers.EMPTY;
    for (String header : headers) {
      int equals = header.indexOf('=');
      if (equals < 1) {
        throw wrong("--header is NAME=VALUE, was " + header);
      }
      byte[] value = header.substring(equals + 1).getBytes(StandardCharsets.UTF_8);
      parsed = parsed.add(header.substring(0, equals), value);
    }
    return parsed;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void report(long nextOffset, String name) {
    if (json) {
      new JsonLines(console.out())
          .object(
              object -> {
                object.writeNumberField("published", published);
                object.writeNumberField("blank", blank);
                object.writeNumberField("nextOffset", nextOffset);
              });
      return;
    }
    console
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "%s: %,d message%s published to %s%s",
                name,
                published,
                published == 1 ? "" : "s",
                directory.path(),
                blank == 0 ? "" : String.format(Locale.ROOT, ", %,d blank", blank)));
    console.out().println(nextOffset);
  }
}
