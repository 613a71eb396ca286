package io.headwater.benchmarks.peers;

import io.headwater.benchmarks.log.LogCase;
import io.headwater.benchmarks.log.Messages;
import io.headwater.benchmarks.log.TestedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.storage.log.FetchIsolation;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** A partition's log as Kafka's broker keeps it, without the broker. */
final class KafkaLog implements TestedLog {
  private static final int FETCH_BYTES = 1 << 20;
  private static final int RECORD_BYTES_MAX = 256;
  private static final int BATCH_HEADER_BYTES = 61;
  private static final int PRODUCER_ID_EXPIRATION_MS = 86_400_000;
  private static final int PRODUCER_ID_CHECK_MS = 600_000;

  private final KafkaScheduler scheduler = new KafkaScheduler(1);
  private final UnifiedLog log;
  private final boolean sync;
  private ByteBuffer building = ByteBuffer.allocate(0);
  private ByteBuffer fetched = ByteBuffer.allocate(FETCH_BYTES);

  KafkaLog(Path folder, LogCase of) throws IOException {
    sync = of.sync();
    scheduler.startup();
    log =
        UnifiedLog.create(
            Files.createDirectories(folder.resolve("messages-0")).toFile(),
            new LogConfig(Map.of()),
            0,
            0,
            scheduler,
            new BrokerTopicStats(),
            Time.SYSTEM,
            PRODUCER_ID_EXPIRATION_MS,
            new ProducerStateManagerConfig(PRODUCER_ID_EXPIRATION_MS, false),
            PRODUCER_ID_CHECK_MS,
            new LogDirFailureChannel(1),
            true,
            Optional.empty());
  }

  @Override
  public void publish(Messages messages, long from, int count) throws IOException {
    int size = BATCH_HEADER_BYTES + count * RECORD_BYTES_MAX;
    if (building.capacity() < size) {
      building = ByteBuffer.allocate(size);
    }
    building.clear();
    long now = System.currentTimeMillis();
    try (MemoryRecordsBuilder builder =
        MemoryRecords.builder(building, Compression.NONE, TimestampType.CREATE_TIME, 0)) {
      for (long n = from; n < from + count; n++) {
        builder.append(now, messages.key(n), messages.value(n));
      }
      log.appendAsLeader(builder.build(), 0);
    }
    if (sync) {
      log.flush(false);
    }
  }

  @Override
  public void readAll(Reader reader) throws IOException {
    long next = 0;
    while (next < log.logEndOffset()) {
      for (MutableRecordBatch batch : fetch(next, FETCH_BYTES).batches()) {
        batch.ensureValid();
        for (Record message : batch) {
          accept(message, reader);
        }
        next = batch.nextOffset();
      }
    }
  }

  @Override
  public void get(long offset, Reader reader) throws IOException {
    for (Record message : fetch(offset, 1).records()) {
      if (message.offset() == offset) {
        accept(message, reader);
        return;
      }
    }
    throw new IllegalStateException("nothing is at " + offset);
  }

  /** Whole batches from the one with the offset on. */
  private MemoryRecords fetch(long offset, int bytesMax) throws IOException {
    FileRecords found =
        (FileRecords) log.read(offset, bytesMax, FetchIsolation.LOG_END, true).records;
    if (fetched.capacity() < found.sizeInBytes()) {
      fetched = ByteBuffer.allocate(found.sizeInBytes());
    }
    fetched.clear().limit(found.sizeInBytes());
    found.readInto(fetched, 0);
    return MemoryRecords.readableRecords(fetched);
  }

  private static void accept(Record message, Reader reader) {
    ByteBuffer key = message.key();
    ByteBuffer value = message.value();
    reader.accept(
        key.array(),
        key.arrayOffset() + key.position(),
        key.remaining(),
        value.array(),
        value.arrayOffset() + value.position(),
        value.remaining());
  }

  @Override
  public void close() throws IOException {
    log.close();
    try {
      scheduler.shutdown();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
