package io.headwater.log.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordBatchFormatTest {
  @ParameterizedTest
  @EnumSource
  void batchesAreTheBytesThatKafkaWrites(Compression compression) {
    long seed = Seeds.next();
    var random = new Random(seed);
    var builder = new BatchBuilder();
    for (int round = 0; round < 500; round++) {
      BatchPair pair = BatchPair.random(random, builder, compression);
      assertThat(pair.ours)
          .as("%s, seed %d, round %d", compression, seed, round)
          .isEqualTo(pair.kafkas);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatKafkaWroteIsReadRecordByRecord(Compression compression) {
    long seed = Seeds.next();
    var random = new Random(seed);
    var builder = new BatchBuilder();
    var reader = new RecordReader();
    for (int round = 0; round < 300; round++) {
      var expected = new ArrayList<String>();
      var buffer = ByteBuffer.allocate(16 << 20);
      int shift = random.nextInt(20);
      buffer.position(shift);
      for (int batches = random.nextInt(4); batches >= 0; batches--) {
        BatchPair pair = BatchPair.random(random, builder, compression);
        buffer.put(pair.kafkas);
        expected.addAll(pair.records);
      }
      var found = new ArrayList<String>();
      reader.reset(buffer.array(), shift, buffer.position());
      while (reader.nextBatch()) {
        while (reader.nextRecord()) {
          assertThat(reader.keySize()).isEqualTo(sizeOf(reader.key()));
          assertThat(reader.valueSize()).isEqualTo(sizeOf(reader.value()));
          found.add(
              BatchPair.text(
                  reader.offset(),
                  reader.timestampMs(),
                  reader.key(),
                  reader.value(),
                  reader.headers()));
        }
      }
      assertThat(found).as("%s, seed %d, round %d", compression, seed, round).isEqualTo(expected);
    }
  }

  private static int sizeOf(byte @Nullable [] bytes) {
    return bytes == null ? -1 : bytes.length;
  }

  @ParameterizedTest
  @EnumSource
  void kafkaReadsWhatIsWritten(Compression compression) {
    long seed = Seeds.next();
    var random = new Random(seed);
    var builder = new BatchBuilder();
    for (int round = 0; round < 300; round++) {
      BatchPair pair = BatchPair.random(random, builder, compression);
      MutableRecordBatch batch =
          MemoryRecords.readableRecords(ByteBuffer.wrap(pair.ours)).batches().iterator().next();
      batch.ensureValid();
      var found = new ArrayList<String>();
      for (Record record : batch) {
        var headers = new ArrayList<Header>();
        for (var header : record.headers()) {
          headers.add(new Header(header.key(), header.value()));
        }
        found.add(
            BatchPair.text(
                record.offset(),
                record.timestamp(),
                record.hasKey() ? Utils.readBytes(record.key()) : null,
                record.hasValue() ? Utils.readBytes(record.value()) : null,
                Headers.of(headers)));
      }
      assertThat(found)
          .as("%s, seed %d, round %d", compression, seed, round)
          .isEqualTo(pair.records);
      var view = new RecordBatch().at(pair.ours, 0);
      assertThat(view.headerFault()).isEmpty();
      assertThat(view.baseOffset()).isEqualTo(batch.baseOffset());
      assertThat(view.lastOffset()).isEqualTo(batch.lastOffset());
      assertThat(view.nextOffset()).isEqualTo(batch.nextOffset());
      assertThat(view.sizeInBytes()).isEqualTo(batch.sizeInBytes());
      assertThat(view.count()).isEqualTo(batch.countOrNull());
      assertThat(view.maxTimestamp()).isEqualTo(batch.maxTimestamp());
      assertThat(view.timestampType().name()).isEqualTo(batch.timestampType().name());
      assertThat(view.compression().name()).isEqualTo(batch.compressionType().name());
      assertThat(view.producerId()).isEqualTo(batch.producerId());
      assertThat(view.producerEpoch()).isEqualTo(batch.producerEpoch());
      assertThat(view.baseSequence()).isEqualTo(batch.baseSequence());
      assertThat(view.lastSequence()).isEqualTo(batch.lastSequence());
      assertThat(view.isTransactional()).isEqualTo(batch.isTransactional());
      assertThat(view.isControl()).isEqualTo(batch.isControlBatch());
    }
  }

  @Test
  void theEndOfATransactionIsTheBytesThatKafkaWrites() {
    for (ControlType type : List.of(ControlType.COMMIT, ControlType.ABORT)) {
      byte[] kafkas =
          Utils.readBytes(
              MemoryRecords.withEndTransactionMarker(
                      41,
                      1_700_000_000_123L,
                      BatchPair.LEADER_EPOCH,
                      9_000,
                      (short) 3,
                      new EndTransactionMarker(ControlRecordType.valueOf(type.name()), 77))
                  .buffer());
      byte[] ours = marker(type);
      assertThat(ours).isEqualTo(kafkas);
      var view = new RecordBatch().at(ours, 0);
      assertThat(view.isControl()).isTrue();
      assertThat(view.isTransactional()).isTrue();
      assertThat(view.controlType()).isEqualTo(type);
    }
  }

  private static byte[] marker(ControlType type) {
    BatchBuilder marker =
        BatchBuilder.endOfTransaction(type, 1_700_000_000_123L, 9_000, (short) 3, 77);
    marker.finish(41, TimestampType.CREATE_TIME, 0);
    return Arrays.copyOf(marker.array(), marker.sizeInBytes());
  }

  @Test
  void aCommitTurnedIntoAnAbortIsTheBytesOfAnAbort() {
    byte[] bytes = marker(ControlType.COMMIT);
    assertThat(new RecordBatch().at(bytes, 0).turnIntoAbort()).isTrue();
    assertThat(bytes).isEqualTo(marker(ControlType.ABORT));
  }

  @Test
  void aMarkerWhoseChangeToAbortWasTornIsMended() {
    byte[] commit = marker(ControlType.COMMIT);
    byte[] abort = marker(ControlType.ABORT);
    for (int cut = 0; cut <= commit.length; cut++) {
      byte[] head = abort.clone();
      System.arraycopy(commit, cut, head, cut, commit.length - cut);
      byte[] tail = commit.clone();
      System.arraycopy(abort, cut, tail, cut, commit.length - cut);
      // A sector ends at most once within so few bytes, and not within the checksum: it is checked
      // here only where it is all old or all new.
      if (cut <= 17 || cut >= 21) {
        assertThat(new RecordBatch().at(head, 0).turnIntoAbort()).as("cut %d", cut).isTrue();
        assertThat(new RecordBatch().at(tail, 0).turnIntoAbort()).as("cut %d", cut).isTrue();
        assertThat(head).isEqualTo(abort);
        assertThat(tail).isEqualTo(abort);
      }
    }
  }

  @Test
  void aRecordIsReadByItsPositionAlone() {
    var builder = new BatchBuilder();
    builder.append(1_000, "a".getBytes(StandardCharsets.UTF_8), new byte[] {1}, Headers.EMPTY);
    builder.append(
        900,
        "b".getBytes(StandardCharsets.UTF_8),
        new byte[] {2, 3},
        Headers.of(new Header("h", null)));
    builder.finish(70, TimestampType.CREATE_TIME, 0);
    var reader = new RecordReader();
    reader.resetToRecord(
        builder.array(), builder.recordPosition(1), builder.sizeInBytes(), 70, 1_000);
    assertThat(
            BatchPair.text(
                reader.offset(),
                reader.timestampMs(),
                reader.key(),
                reader.value(),
                reader.headers()))
        .isEqualTo("71@900 [98]=[2, 3] [h=null]");
    assertThat(reader.sizeInBytes()).isEqualTo(builder.sizeInBytes() - builder.recordPosition(1));
    assertThat(reader.nextRecord()).isFalse();
    assertThat(reader.nextBatch()).isFalse();
  }

  @Test
  void everyFlippedBitIsFoundAndNamesThePlace() {
    var builder = new BatchBuilder();
    builder.append(1_000, "key".getBytes(StandardCharsets.UTF_8), new byte[9], Headers.EMPTY);
    builder.finish(5, TimestampType.CREATE_TIME, 0);
    byte[] good = Arrays.copyOf(builder.array(), builder.sizeInBytes());
    var reader = new RecordReader();
    for (int bit = 0; bit < good.length * 8; bit++) {
      // The base offset and the leader epoch are not under the checksum: a log gives them.
      if (bit / 8 < 8 || (bit / 8 >= 12 && bit / 8 < 16)) {
        continue;
      }
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      reader.reset(
          bad, 0, bad.length, Path.of("data", "orders-3", "00000000000000000005.log"), 100);
      assertThatThrownBy(reader::nextBatch)
          .as("bit %d", bit)
          .isInstanceOf(CorruptLogException.class)
          .hasMessageStartingWith("orders-3/00000000000000000005.log at byte 100: ");
    }
  }

  @Test
  void anErrorOfAChecksumSaysWhatWasFoundAndExpected() {
    var builder = new BatchBuilder();
    builder.append(1_000, null, new byte[9], Headers.EMPTY);
    builder.finish(5, TimestampType.CREATE_TIME, 0);
    int stored = new RecordBatch().at(builder.array(), 0).storedCrc();
    builder.array()[70] ^= 1;
    int computed = new RecordBatch().at(builder.array(), 0).computedCrc();
    var reader = new RecordReader();
    reader.reset(builder.array(), 0, builder.sizeInBytes());
    assertThatThrownBy(reader::nextBatch)
        .hasMessage(
            "record batches in memory at byte 0: batch checksum is %08x but its %d bytes give %08x",
            stored, builder.sizeInBytes(), computed);
  }

  @Test
  void aBatchWithoutRecordsIsPassedOver() {
    var buffer = ByteBuffer.allocate(200);
    org.apache.kafka.common.record.internal.DefaultRecordBatch.writeEmptyHeader(
        buffer,
        (byte) 2,
        5,
        (short) 1,
        3,
        10,
        19,
        BatchPair.LEADER_EPOCH,
        org.apache.kafka.common.record.TimestampType.CREATE_TIME,
        1234,
        false,
        false);
    var reader = new RecordReader();
    reader.reset(buffer.array(), 0, buffer.position());
    assertThat(reader.nextBatch()).isTrue();
    assertThat(reader.batch().lastOffset()).isEqualTo(19);
    assertThat(reader.nextRecord()).isFalse();
    assertThat(reader.nextBatch()).isFalse();
  }

  /**
   * Kafka's builder writes a record that cannot be read for such a name, so it is no oracle here.
   */
  @Test
  void aHeaderNameWithHalfACharacterIsReadWithAQuestionMark() {
    var builder = new BatchBuilder();
    builder.append(1, null, null, Headers.of(new Header("a\uD83D", null)));
    builder.finish(0, TimestampType.CREATE_TIME, 0);
    var reader = new RecordReader();
    reader.reset(builder.array(), 0, builder.sizeInBytes());
    assertThat(reader.nextBatch() && reader.nextRecord()).isTrue();
    assertThat(reader.headers()).isEqualTo(Headers.of(new Header("a?", null)));
  }

  @Test
  void aResetBuilderRemembersNothing() {
    var used = new BatchBuilder();
    used.append(5, new byte[3], new byte[4], Headers.EMPTY).producer(7, (short) 1, 2, true);
    used.finish(3, TimestampType.CREATE_TIME, 0);
    used.reset();
    var fresh = new BatchBuilder();
    for (BatchBuilder builder : List.of(used, fresh)) {
      assertThat(builder.isEmpty()).isTrue();
      builder.append(1, null, null, Headers.EMPTY);
      builder.finish(0, TimestampType.CREATE_TIME, 0);
    }
    assertThat(Arrays.copyOf(used.array(), used.sizeInBytes()))
        .isEqualTo(Arrays.copyOf(fresh.array(), fresh.sizeInBytes()));
  }
}
