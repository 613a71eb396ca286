package io.headwater.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.RecordReader;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Bytes that had been forced to disk and are no longer what was written. Whatever they are: no
 * record is ever read that was not written, damage is told with its range, and every batch that it
 * does not touch can be read.
 *
 * <p>One thing Kafka's format leaves open: the checksum of a batch does not cover its base offset.
 * Where batches near it were deleted, another base offset can be as good as the right one, and its
 * records are then read under other offsets.
 */
class LogDamageTest {
  private static final Path FOLDER = Path.of("data", "orders-3");
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(6_000).indexIntervalBytes(300).lockFolder(false).build();

  /** A batch of the log: where it is, which offsets it covers, and its records by offset. */
  private record Batch(
      Path file, int from, int to, OffsetRange offsets, NavigableMap<Long, String> records) {
    boolean touches(Path other, int start, int end) {
      return file.equals(other) && start < to && end > from;
    }
  }

  private final List<Batch> batches = new ArrayList<>();
  private final TreeMap<Long, String> records = new TreeMap<>();
  private final TreeMap<Path, byte[]> files = new TreeMap<>();
  private long seed;

  /** A log of some segments, closed, with records deleted from one of the first. */
  @BeforeEach
  void writeALog() {
    seed = Seeds.next();
    var random = new Random(seed);
    Storage storage = Storage.memory();
    try (BatchLog log = BatchLog.open(storage, FOLDER, OPTIONS)) {
      while (log.sizeBytes() < 66_000) {
        var batch = new BatchBuilder();
        long time = 20 * log.range().to();
        for (int i = random.nextInt(4); i >= 0; i--) {
          byte[] value = new byte[random.nextInt(300)];
          random.nextBytes(value);
          batch.append(time + random.nextInt(200), null, value, Headers.EMPTY);
        }
        log.append(batch);
      }
      log.delete(OffsetSet.of(3, 4, 5, 11, 12, 17));
      log.delete(OffsetSet.range(60, 65));
    }
    for (Path file : storage.list(FOLDER)) {
      files.put(file, content(storage, file));
    }
    LogFolder.of(storage, FOLDER, OPTIONS)
        .dump(
            reader -> {
              var inBatch = new TreeMap<Long, String>();
              while (reader.nextRecord()) {
                inBatch.put(reader.offset(), text(reader));
              }
              records.putAll(inBatch);
              long base = -1;
              for (Path file : files.keySet()) {
                long each = Segment.baseOffset(file);
                base = each >= 0 && each <= reader.batch().baseOffset() ? each : base;
              }
              Path file = Segment.path(FOLDER, base);
              boolean first = batches.isEmpty() || !lastBatch().file.equals(file);
              int from = first ? 0 : lastBatch().to;
              int to = from + reader.batch().sizeInBytes();
              var offsets =
                  new OffsetRange(reader.batch().baseOffset(), reader.batch().nextOffset());
              batches.add(new Batch(file, from, to, offsets, inBatch));
            },
            damage -> {
              throw new AssertionError(damage);
            });
    assertThat(records).hasSizeGreaterThan(200);
  }

  /** All that a record is: bytes as they are, each a character. */
  private static String text(RecordReader reader) {
    byte[] value = Objects.requireNonNull(reader.value());
    return reader.offset() + "@" + reader.timestampMs() + " " + new String(value, ISO_8859_1);
  }

  private Batch lastBatch() {
    return batches.get(batches.size() - 1);
  }

  private static byte[] content(Storage storage, Path path) {
    try (StorageFile file = storage.openReadOnly(path)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /** The folder with another content of one file. */
  private Storage with(Path changed, byte[] bytes) {
    Storage storage = Storage.memory();
    storage.createDirectories(FOLDER);
    files.forEach(
        (path, content) -> {
          try (StorageFile file = storage.create(path)) {
            byte[] now = path.equals(changed) ? bytes : content;
            file.write(0, now, 0, now.length);
          }
        });
    return storage;
  }

  /** All that can be read, going on after each damage; its ranges are added to the list. */
  private static NavigableMap<Long, String> readable(BatchLog log, List<OffsetRange> damaged) {
    var found = new TreeMap<Long, String>();
    var buffer = new BatchBuffer();
    var reader = new RecordReader();
    long last = -1;
    for (long next = log.range().from(); next < log.range().to(); ) {
      try {
        log.read(next, Long.MAX_VALUE, 4_000, buffer);
      } catch (CorruptLogException e) {
        long after = e.offsetAfter().orElseThrow();
        assertThat(after).isGreaterThan(next);
        damaged.add(new OffsetRange(next, after));
        next = after;
        continue;
      }
      if (buffer.isEmpty()) {
        break;
      }
      reader.reset(buffer);
      while (reader.nextBatch()) {
        while (reader.nextRecord()) {
          if (reader.offset() >= next) {
            if (reader.offset() <= last) {
              throw new AssertionError("%d follows %d".formatted(reader.offset(), last));
            }
            last = reader.offset();
            found.put(last, text(reader));
          }
        }
      }
      next = buffer.nextOffset();
    }
    return found;
  }

  /** Opens the log with a file changed from one byte to another, and reads all of it. */
  private void check(String where, Path file, byte[] bytes, int from, int to) {
    try (BatchLog log = BatchLog.open(with(file, bytes), FOLDER, OPTIONS)) {
      assertThat(log.range().to()).as(where).isEqualTo(records.lastKey() + 1);
      var damaged = new ArrayList<OffsetRange>();
      if (isIndex(file)) {
        checkSearches(where, log);
      }
      NavigableMap<Long, String> found = readable(log, damaged);
      var others = new TreeMap<>(found);
      others.entrySet().removeAll(records.entrySet());
      if (!others.isEmpty()) {
        assertThat(contents(movable(file, from, to)).containsAll(contents(others)))
            .as("%s: %s were not written", where, others.keySet())
            .isTrue();
        return;
      }
      for (Batch batch : batches) {
        if (endsWithBatch(batch, file, bytes.length)) {
          continue; // the end of a segment that is missing as from a batch on looks like deleted
        }
        boolean touched = batch.touches(file, from, to);
        for (long offset : batch.records.keySet()) {
          // Not by AssertJ, which would take most of the time.
          if (!found.containsKey(offset) && !(touched && isIn(damaged, offset))) {
            throw new AssertionError("%s: no %d of %s".formatted(where, offset, batch.file));
          }
        }
      }
    }
  }

  /** What an index leads to, asked for out of order, so that nothing but the index leads there. */
  private void checkSearches(String where, BatchLog log) {
    var random = new Random(where.hashCode());
    var buffer = new BatchBuffer();
    var reader = new RecordReader();
    for (int i = 0; i < 20; i++) {
      Batch batch = batches.get(random.nextInt(batches.size()));
      long offset = batch.records.lastKey();
      log.read(offset, Long.MAX_VALUE, 1, buffer);
      reader.reset(buffer);
      assertThat(reader.nextBatch()).as(where).isTrue();
      assertThat(reader.batch().baseOffset()).as(where).isEqualTo(batch.offsets.from());
      long timestamp = random.nextInt(10_000);
      assertThat(log.offsetForTime(timestamp)).as(where).isEqualTo(firstAt(timestamp));
    }
    Batch batch = batches.get(random.nextInt(batches.size()));
    var visited = new ArrayList<Long>();
    log.forEachBatch(batch.records.lastKey(), each -> visited.add(each.baseOffset()));
    assertThat(visited.get(0)).as(where).isEqualTo(batch.offsets.from());
  }

  private long firstAt(long timestampMs) {
    for (Map.Entry<Long, String> each : records.entrySet()) {
      String text = each.getValue();
      if (Long.parseLong(text.substring(text.indexOf('@') + 1, text.indexOf(' '))) >= timestampMs) {
        return each.getKey();
      }
    }
    return records.lastKey() + 1;
  }

  /** Of a batch whose base offset is touched and may be another one, as far as can be told. */
  private NavigableMap<Long, String> movable(Path file, int from, int to) {
    for (int i = 0; i < batches.size(); i++) {
      Batch batch = batches.get(i);
      // Of two that overlap it may be the first that was moved up, if there is a gap before it.
      boolean room = isGapBefore(i - 1) || isGapBefore(i) || isGapBefore(i + 1);
      if (room && file.equals(batch.file) && from < batch.from + 8 && to > batch.from) {
        return batch.records;
      }
    }
    return new TreeMap<>();
  }

  private boolean isGapBefore(int i) {
    return i > 0
        && i < batches.size()
        && batches.get(i - 1).offsets.to() < batches.get(i).offsets.from();
  }

  /** What records are but for their offsets. */
  private static List<String> contents(NavigableMap<Long, String> records) {
    return records.values().stream().map(text -> text.substring(text.indexOf('@'))).toList();
  }

  /** Whether a batch of a segment that is not the newest is missing behind one that is whole. */
  private boolean endsWithBatch(Batch batch, Path file, int length) {
    return batch.file.equals(file)
        && batch.from >= length
        && !file.equals(lastBatch().file)
        && batches.stream().anyMatch(each -> each.file.equals(file) && each.from == length);
  }

  private static boolean isIn(List<OffsetRange> ranges, long offset) {
    return ranges.stream().anyMatch(range -> range.contains(offset));
  }

  private static boolean isIndex(Path file) {
    return file.toString().endsWith("index");
  }

  private byte[] bytesOf(Path file) {
    return Objects.requireNonNull(files.get(file));
  }

  private List<Path> logsAndIndexes() {
    return files.keySet().stream().filter(file -> Segment.numberOf(file) >= 0).toList();
  }

  @Test
  void aFileThatEndsAtAnyOfItsBytes() {
    var random = new Random(seed);
    int opens = 0;
    for (Path file : logsAndIndexes()) {
      byte[] bytes = bytesOf(file);
      int step = Seeds.full() ? 1 : 60;
      for (int length = random.nextInt(step); length < bytes.length; length += step) {
        String where = "seed %d, %s ends at %d".formatted(seed, file.getFileName(), length);
        int from = isIndex(file) ? bytes.length : length;
        check(where, file, Arrays.copyOf(bytes, length), from, bytes.length);
        opens++;
      }
    }
    System.out.printf("%d opens of a log with a file that ends too early%n", opens);
  }

  @Test
  void anyBitThatIsFlipped() {
    var random = new Random(seed);
    int flips = 0;
    int left = 16 << 10;
    for (Path file : logsAndIndexes()) {
      byte[] bytes = bytesOf(file).clone();
      int end = isIndex(file) ? bytes.length : Math.min(bytes.length, left);
      left -= isIndex(file) ? 0 : end;
      int step = Seeds.full() ? 1 : 97;
      for (int bit = random.nextInt(step); bit < 8 * end; bit += step) {
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        String where = "seed %d, %s, bit %d".formatted(seed, file.getFileName(), bit);
        boolean index = isIndex(file);
        check(where, file, bytes, index ? end : bit / 8, index ? end : bit / 8 + 1);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        flips++;
      }
    }
    System.out.printf("%d bits flipped%n", flips);
  }

  @Test
  void anyOtherDamage() {
    var random = new Random(seed);
    List<Path> logs = logsAndIndexes();
    int damages = Seeds.full() ? 100_000 : 1_500;
    for (int i = 0; i < damages; i++) {
      Path file = logs.get(random.nextInt(logs.size()));
      byte[] bytes = bytesOf(file).clone();
      if (bytes.length == 0) {
        continue;
      }
      int from = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, from + 1 + random.nextInt(1 << random.nextInt(11)));
      switch (random.nextInt(3)) {
        case 0 -> Arrays.fill(bytes, from, to, (byte) 0);
        case 1 -> {
          byte[] noise = new byte[to - from];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, bytes, from, noise.length);
        }
        default -> {
          // Of another file: a batch of the same segment in a wrong place is one that was written.
          Path elsewhere = logs.get(random.nextInt(logs.size()));
          byte[] other = elsewhere.equals(file) ? new byte[0] : bytesOf(elsewhere);
          int length = Math.min(to - from, other.length);
          int at = random.nextInt(other.length - length + 1);
          System.arraycopy(other, at, bytes, from, length);
        }
      }
      String where =
          "seed %d, damage %d: %s [%d, %d)".formatted(seed, i, file.getFileName(), from, to);
      boolean index = isIndex(file);
      check(where, file, bytes, index ? bytes.length : from, index ? bytes.length : to);
    }
    System.out.printf("%d random damages%n", damages);
  }
}
