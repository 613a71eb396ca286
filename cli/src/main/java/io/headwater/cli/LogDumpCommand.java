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

/** What is in a log's files. */
@Command(
    name = "dump",
    description = {
      "Show the segments, batches and records in a log's files.",
      "",
      "As they are on disk: those of aborted and of open transactions too. Takes no lock and changes",
      "nothing; beside a writer the last batch may be half there. The exit code is 1 if a segment is",
      "damaged."
    },
    footer = {"", "Example: headwater log dump data/flights/flights-0 --batches"},
    sortOptions = false)
final class LogDumpCommand implements Callable<Integer> {
  /** Where in a batch the version of its format is, and the one that is read here. */
  private static final int MAGIC_POSITION = 16;

  private static final int MAGIC = 2;

  private final Console console;
  private final RecordReader reader = new RecordReader();

  @Mixin private LogDirectory directory = new LogDirectory();

  @Option(names = "--batches", description = "Only segments and batches, no records.")
  private boolean batchesOnly;

  @Option(
      names = "--json",
      description =
          "Print one JSON object a line, with \"type\" segment, batch, record, damage or reserved.")
  private boolean json;

  @Mixin private FormatOptions formats = new FormatOptions();

  LogDumpCommand(Console console) {
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
    try (Stream<Path> files = Files.list(directory.existing())) {
      List<Path> segments =
          files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
      if (segments.isEmpty()) {
        throw new UserException(
            directory.path() + " has lost its segments (*.log); restore them from a copy");
      }
      return segments;
    }
  }

  /** Shows a segment, around what is damaged as far as can be; says whether nothing is. */
  private boolean dump(Path segment, Shown shown) throws IOException {
    try (var file = new RandomAccessFile(segment.toFile(), "r")) {
      long size = file.length();
      shown.segment(segment, size);
      boolean whole = true;
      long position = 0;
      while (position < size && !console.stop().requested()) {
        byte[] bytes = batchAt(file, position, size);
        if (bytes.length == 0) {
          if (isZero(file, position, size)) {
            shown.reserved(position, size - position);
            return whole;
          }
          shown.damage(
              segment, position, size - position + " bytes follow that are no whole batch");
          return false;
        }
        try {
          dump(bytes, segment, position, shown);
        } catch (CorruptLogException e) {
          shown.damage(segment, position, String.valueOf(e.getMessage()));
          whole = false;
          if (!isBatch(file, position + bytes.length, size)) {
            return false; // its length is wrong, too
          }
        }
        position += bytes.length;
      }
      return whole;
    }
  }

  private void dump(byte[] bytes, Path segment, long position, Shown shown) {
    reader.reset(bytes, 0, bytes.length, segment, position);
    reader.nextBatch();
    RecordBatch batch = reader.batch();
    shown.batch(batch, position);
    while (!batchesOnly && !batch.isControl() && reader.nextRecord()) {
      shown.record(reader, directory.name());
    }
  }

  /** Whether nothing but space follows that a writer has reserved for more batches. */
  private static boolean isZero(RandomAccessFile file, long position, long size)
      throws IOException {
    var chunk = new byte[1 << 16];
    file.seek(position);
    for (long at = position; at < size; ) {
      int length = file.read(chunk, 0, (int) Math.min(chunk.length, size - at));
      for (int i = 0; i < length; i++) {
        if (chunk[i] != 0) {
          return false;
        }
      }
      if (length < 0) {
        return true; // it was cut off just now
      }
      at += length;
    }
    return true;
  }

  private static boolean isBatch(RandomAccessFile file, long position, long size)
      throws IOException {
    if (size - position < RecordBatch.HEADER_BYTES) {
      return position == size;
    }
    file.seek(position + MAGIC_POSITION);
    return file.read() == MAGIC;
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

  /** The form in which a partition's contents are shown. */
  private interface Shown {
    void segment(Path segment, long sizeBytes);

    void batch(RecordBatch batch, long position);

    /** The record that the reader is at. */
    void record(RecordReader reader, String topic);

    void damage(Path segment, long position, String reason);

    /** Space that a writer has reserved. */
    void reserved(long position, long sizeBytes);
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
        line.append(", compressed by ").append(batch.compression());
      }
      console.out().println(line);
    }

    @Override
    public void record(RecordReader reader, String topic) {
      console
          .out()
          .println(
              "    "
                  + Records.line(
                      topic,
                      reader.offset(),
                      reader.timestampMs(),
                      key,
                      reader.key(),
                      value,
                      reader.value(),
                      reader.headers()));
    }

    @Override
    public void damage(Path segment, long position, String reason) {
      console.out().println("  damaged at byte " + position + ": " + reason);
    }

    @Override
    public void reserved(long position, long sizeBytes) {
      console
          .out()
          .printf(Locale.ROOT, "  reserved at byte %d: %,d bytes for more%n", position, sizeBytes);
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
            Records.writeFields(
                json,
                topic,
                reader.offset(),
                reader.timestampMs(),
                key,
                reader.key(),
                value,
                reader.value(),
                reader.headers());
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

    @Override
    public void reserved(long position, long sizeBytes) {
      lines.object(
          json -> {
            json.writeStringField("type", "reserved");
            json.writeNumberField("position", position);
            json.writeNumberField("sizeBytes", sizeBytes);
          });
    }
  }
}
