package io.headwater.cli;

import io.headwater.log.record.Compression;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.record.RecordReader;
import io.headwater.log.storage.CorruptLogException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is in a partition's files. */
@Command(
    name = "log",
    description = "Look into the files of a partition.",
    synopsisSubcommandLabel = "COMMAND")
final class LogCommand extends CommandGroup {
  LogCommand(Console console) {
    super(new Dump(console));
  }

  @Command(
      name = "dump",
      description = {
        "Show the segments, batches and records of a partition's folder.",
        "",
        "As they are on disk: those of aborted and of open transactions too. Also reads a folder that a",
        "Kafka broker wrote. The exit code is 1 if a segment is damaged."
      },
      sortOptions = false)
  static final class Dump implements Callable<Integer> {
    private final Console console;
    private final RecordReader reader = new RecordReader();

    @Parameters(
        paramLabel = "DIR",
        description = "The partition's folder, such as data/flights/flights-0.")
    private Path folder = Path.of("");

    @Option(names = "--batches", description = "Only segments and batches, no records.")
    private boolean batchesOnly;

    @Option(
        names = "--json",
        description =
            "Print one JSON object a line, with \"type\" segment, batch, record or damage.")
    private boolean json;

    @Mixin private FormatOptions formats = new FormatOptions();

    Dump(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      ByteFormat key = formats.key(ByteFormat.AUTO);
      ByteFormat value = formats.value(ByteFormat.AUTO);
      Shown shown =
          json ? new ShownAsJson(console, key, value) : new ShownAsText(console, key, value);
      boolean whole = true;
      try {
        for (Path segment : segments()) {
          whole &= dump(segment, shown);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return whole ? 0 : HeadwaterCommand.FAILED;
    }

    private List<Path> segments() throws IOException {
      if (!Files.isDirectory(folder)) {
        throw new UserException(folder + ": no such folder; a partition's is named like flights-0");
      }
      try (Stream<Path> files = Files.list(folder)) {
        List<Path> segments =
            files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        if (segments.isEmpty()) {
          throw new UserException(
              folder + ": has no segments (*.log); a partition's folder is named like flights-0");
        }
        return segments;
      }
    }

    /** Shows a segment up to its end or to where it is damaged; says whether it is not. */
    private boolean dump(Path segment, Shown shown) throws IOException {
      try (var file = new RandomAccessFile(segment.toFile(), "r")) {
        long size = file.length();
        shown.segment(segment, size);
        long position = 0;
        while (position < size) {
          byte[] bytes = batchAt(file, position, size);
          if (bytes.length == 0) {
            shown.damage(
                segment, position, size - position + " bytes follow that are no whole batch");
            return false;
          }
          try {
            reader.reset(bytes, 0, bytes.length, segment, position);
            reader.nextBatch();
            RecordBatch batch = reader.batch();
            shown.batch(batch, position);
            if (!batchesOnly && !batch.isControl() && batch.compression() == Compression.NONE) {
              while (reader.nextRecord()) {
                shown.record(reader, folder.getFileName() + "");
              }
            }
          } catch (CorruptLogException e) {
            shown.damage(segment, position, String.valueOf(e.getMessage()));
            return false;
          }
          position += bytes.length;
          if (console.stop().requested()) {
            return true;
          }
        }
        return true;
      }
    }

    /** The bytes of the batch that begins there; none if the rest of the file is no whole one. */
    private static byte[] batchAt(RandomAccessFile file, long position, long size)
        throws IOException {
      if (size - position < RecordBatch.HEADER_BYTES) {
        return new byte[0];
      }
      file.seek(position + Long.BYTES);
      long batchBytes = RecordBatch.SIZED_BYTES + (long) file.readInt();
      if (batchBytes < RecordBatch.HEADER_BYTES || batchBytes > size - position) {
        return new byte[0];
      }
      var bytes = new byte[(int) batchBytes];
      file.seek(position);
      file.readFully(bytes);
      return bytes;
    }
  }

  /** The form in which a partition's contents are shown. */
  private interface Shown {
    void segment(Path segment, long sizeBytes);

    void batch(RecordBatch batch, long position);

    /** The record that the reader is at. */
    void record(RecordReader reader, String topic);

    void damage(Path segment, long position, String reason);
  }

  private record ShownAsText(Console console, ByteFormat key, ByteFormat value) implements Shown {
    @Override
    public void segment(Path segment, long sizeBytes) {
      console
          .out()
          .printf(Locale.ROOT, "segment %s, %,d bytes%n", segment.getFileName(), sizeBytes);
    }

    @Override
    public void batch(RecordBatch batch, long position) {
      var line = new StringBuilder();
      line.append(
          String.format(
              Locale.ROOT,
              "  batch at %d: offsets %d to %d, %d record%s, %d bytes, up to %s",
              position,
              batch.baseOffset(),
              batch.lastOffset(),
              batch.count(),
              batch.count() == 1 ? "" : "s",
              batch.sizeInBytes(),
              Records.time(batch.maxTimestamp())));
      if (batch.producerId() >= 0) {
        line.append(", producer %d epoch %d".formatted(batch.producerId(), batch.producerEpoch()));
        if (!batch.isControl()) {
          line.append(" sequence ").append(batch.baseSequence());
        }
      }
      if (batch.isControl()) {
        line.append(", marker ").append(batch.controlType());
      } else if (batch.isTransactional()) {
        line.append(", transactional");
      }
      if (batch.compression() != Compression.NONE) {
        line.append(", compressed by ")
            .append(batch.compression())
            .append(", which cannot be read yet");
      }
      console.out().println(line);
    }

    @Override
    public void record(RecordReader reader, String topic) {
      console
          .out()
          .printf(
              "    %d  %s  %s  %s%s%n",
              reader.offset(),
              Records.time(reader.timestampMs()),
              key.text(topic, reader.key()),
              value.text(topic, reader.value()),
              Records.headers(reader.headers()));
    }

    @Override
    public void damage(Path segment, long position, String reason) {
      console.out().println("  damaged at byte " + position + ": " + reason);
    }
  }

  private record ShownAsJson(Console console, JsonLines lines, ByteFormat key, ByteFormat value)
      implements Shown {
    ShownAsJson(Console console, ByteFormat key, ByteFormat value) {
      this(console, new JsonLines(console.out()), key, value);
    }

    @Override
    public void segment(Path segment, long sizeBytes) {
      lines.object(
          json -> {
            json.writeStringField("type", "segment");
            json.writeStringField("file", String.valueOf(segment.getFileName()));
            json.writeNumberField("sizeBytes", sizeBytes);
          });
    }

    @Override
    public void batch(RecordBatch batch, long position) {
      lines.object(
          json -> {
            json.writeStringField("type", "batch");
            json.writeNumberField("position", position);
            json.writeNumberField("sizeBytes", batch.sizeInBytes());
            json.writeNumberField("baseOffset", batch.baseOffset());
            json.writeNumberField("lastOffset", batch.lastOffset());
            json.writeNumberField("count", batch.count());
            json.writeNumberField("maxTimestamp", batch.maxTimestamp());
            json.writeNumberField("producerId", batch.producerId());
            json.writeNumberField("producerEpoch", batch.producerEpoch());
            json.writeNumberField("baseSequence", batch.baseSequence());
            json.writeBooleanField("transactional", batch.isTransactional());
            json.writeStringField("compression", batch.compression().toString());
            if (batch.isControl()) {
              json.writeStringField("marker", batch.controlType().toString());
            }
          });
    }

    @Override
    public void record(RecordReader reader, String topic) {
      lines.object(
          json -> {
            json.writeStringField("type", "record");
            json.writeNumberField("offset", reader.offset());
            json.writeNumberField("timestamp", reader.timestampMs());
            json.writeFieldName("key");
            key.write(topic, reader.key(), json);
            json.writeFieldName("value");
            value.write(topic, reader.value(), json);
            json.writeFieldName("headers");
            Records.writeHeaders(reader.headers(), json);
          });
    }

    @Override
    public void damage(Path segment, long position, String reason) {
      lines.object(
          json -> {
            json.writeStringField("type", "damage");
            json.writeStringField("file", String.valueOf(segment.getFileName()));
            json.writeNumberField("position", position);
            json.writeStringField("reason", reason);
          });
    }
  }
}
