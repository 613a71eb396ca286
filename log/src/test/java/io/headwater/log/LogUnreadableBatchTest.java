package io.headwater.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headwater.log.record.Compression;
import io.headwater.log.record.RecordBatch;
import io.headwater.log.segment.Segment;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.CountingStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches whose checksum fits, but whose records cannot be read: each is damage, and passed. */
class LogUnreadableBatchTest {
  private static final Path FOLDER = Path.of("orders-0");
  private static final int CRC = 17;
  private static final int ATTRIBUTES = 21;

  private final CountingStorage storage = new CountingStorage(Storage.memory());

  /** Messages v0, v1, … at the times 0, 1, …, so many a batch. */
  private static void publish(Log log, int batches, int each) {
    for (int i = 0; i < batches; i++) {
      var messages = new ArrayList<Message>();
      for (int j = 0; j < each; j++) {
        long offset = log.nextOffset() + j;
        byte[] key = ("k" + offset).getBytes(UTF_8);
        messages.add(Message.of(key, ("v" + offset).getBytes(UTF_8)).withTimestamp(offset));
      }
      log.publish(messages);
    }
  }

  private void publish(Compression compression, int batches, int each) {
    var options = LogOptions.builder().compression(compression).build();
    try (Log log = Log.open(storage, FOLDER, options)) {
      publish(log, batches, each);
    }
  }

  /** Writes over the records of a batch, and gives it the checksum of what it is then. */
  private void spoil(int batch) {
    try (StorageFile file = storage.open(Segment.path(FOLDER, 0))) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      var header = new RecordBatch().at(bytes, 0);
      for (int i = 0; i < batch; i++) {
        header.at(bytes, header.position() + header.sizeInBytes());
      }
      int start = header.position();
      int size = header.sizeInBytes();
      for (int i = start + RecordBatch.HEADER_BYTES; i < start + size; i++) {
        bytes[i] = (byte) 0xff;
      }
      var crc = new CRC32C();
      crc.update(bytes, start + ATTRIBUTES, size - ATTRIBUTES);
      ByteBuffer.wrap(bytes).putInt(start + CRC, (int) crc.getValue());
      file.write(0, bytes, 0, bytes.length);
    }
    assertThat(LogFolder.of(storage, FOLDER, LogOptions.DEFAULT).check())
        .as("by its checksum the batch is sound")
        .isEmpty();
  }

  private Log open() {
    return Log.open(storage, FOLDER, LogOptions.DEFAULT);
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP"})
  void aCursorTellsItOnceAndGoesOnAfterIt(Compression compression) {
    publish(compression, 5, 3);
    spoil(2);
    try (Log log = open()) {
      LogCursor cursor = log.cursor(Log.OLDEST);
      var seen = new ArrayList<Long>();
      for (int i = 0; i < 6; i++) {
        assertThat(cursor.next()).isTrue();
        seen.add(cursor.offset());
      }
      assertThatThrownBy(cursor::next)
          .isInstanceOfSatisfying(
              CorruptLogException.class, e -> assertThat(e.offsetAfter()).hasValue(9))
          .hasMessageContaining("offsets [6, 9)")
          .hasMessageContaining("read on from offset 9");
      assertThat(cursor.nextOffset()).isEqualTo(9);
      while (cursor.next()) {
        seen.add(cursor.offset());
      }
      assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 9L, 10L, 11L, 12L, 13L, 14L);
      assertThatThrownBy(() -> cursor.find(7)).isInstanceOf(CorruptLogException.class);
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.offset()).isEqualTo(9);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP"})
  void consumeReturnsWhatComesBeforeItAndThenTellsWhereToGoOn(Compression compression) {
    publish(compression, 5, 3);
    spoil(2);
    try (Log log = open()) {
      Consumed before = log.consume(1, 100);
      assertThat(before.messages()).extracting(Message::offset).containsExactly(1L, 2L, 3L, 4L, 5L);
      var damage =
          catchThrowableOfType(
              CorruptLogException.class, () -> log.consume(before.nextOffset(), 100));
      Consumed after = log.consume(damage.offsetAfter().orElseThrow(), 100);
      assertThat(after.messages())
          .extracting(Message::offset)
          .containsExactly(9L, 10L, 11L, 12L, 13L, 14L);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP"})
  void itIsPassedAsTheFirstBatchToo(Compression compression) {
    publish(compression, 3, 3);
    spoil(0);
    try (Log log = open()) {
      assertThat(log.range()).isEqualTo(new OffsetRange(0, 9));
      assertThatThrownBy(() -> log.consume(Log.OLDEST, 1))
          .isInstanceOfSatisfying(
              CorruptLogException.class, e -> assertThat(e.offsetAfter()).hasValue(3));
      assertThat(log.get(3).offset()).isEqualTo(3);
      assertThat(log.delete(OffsetSet.of(4)).offsets()).isEqualTo(OffsetSet.of(4));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP"})
  void aTimeIsFoundBehindIt(Compression compression) {
    publish(compression, 5, 3);
    spoil(2);
    try (Log log = open()) {
      assertThat(log.getByTime(5).offset()).isEqualTo(5);
      assertThat(log.getByTime(7).offset()).isEqualTo(9);
    }
  }

  @Test
  void theKeysOfAllOthersAreIndexedAndItIsReadOnce() {
    publish(Compression.GZIP, 4, 2_000);
    spoil(1);
    long bytes = size();
    storage.reset();
    var options = LogOptions.builder().keyIndex(true).build();
    try (Log log = Log.open(storage, FOLDER, options)) {
      assertThat(storage.bytesRead(".log")).isLessThan(5 * bytes);
      for (long offset : List.of(0L, 1_999L, 4_000L, 7_999L)) {
        assertThat(log.offsetByKey(("k" + offset).getBytes(UTF_8))).isEqualTo(offset);
      }
    }
  }

  private long size() {
    try (StorageFile file = storage.openReadOnly(Segment.path(FOLDER, 0))) {
      return file.size();
    }
  }

  @Test
  void whatWouldNotBeDecompressedIsNotTaken() {
    int limit = 128 << 20;
    var options = LogOptions.builder().compression(Compression.GZIP);
    assertThatThrownBy(() -> options.messageBytesMax(limit + 1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 134217728 with compression");
    try (Log log = Log.open(storage, FOLDER, options.messageBytesMax(limit).build())) {
      assertThatThrownBy(() -> log.publish(null, new byte[limit]))
          .as("its size and what else frames it make it more")
          .isInstanceOf(MessageTooLargeException.class)
          .hasMessageContaining("compresses records of up to 134217728 bytes");
      assertThat(log.nextOffset()).isZero();
      log.publish(null, new byte[limit - 100]);
      assertThat(log.get(0).value()).hasSize(limit - 100);
    }
  }
}
