package io.headwater.log.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparingLong;

import io.headwater.log.record.Compression;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.server.common.TransactionVersion;
import org.apache.kafka.server.util.Scheduler;
import org.apache.kafka.storage.internals.log.AbortedTxn;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogSegment;
import org.apache.kafka.storage.internals.log.LogStartOffsetIncrementReason;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** Kafka's own log of one partition, as its broker has it, in this process. */
final class KafkaLog implements AutoCloseable {
  private static final int LEADER_EPOCH = 0;
  private static final Uuid TOPIC_ID = new Uuid(1, 2);
  private static final int DAY_MS = 86_400_000;

  private final UnifiedLog log;
  private final ManualScheduler scheduler;
  private final Map<Long, Integer> sequences = new HashMap<>();

  private KafkaLog(UnifiedLog log, ManualScheduler scheduler) {
    this.log = log;
    this.scheduler = scheduler;
  }

  /**
   * Opens the log in a folder, or makes one.
   *
   * @param clean whether Kafka is told that it was shut down cleanly; if not it looks at all
   * @param config a topic's settings, over Kafka's defaults and small segments
   */
  static KafkaLog open(Path folder, boolean clean, Map<String, String> config) {
    var settings = new HashMap<String, String>();
    settings.put(LogConfig.INTERNAL_SEGMENT_BYTES_CONFIG, "10000");
    settings.put(TopicConfig.SEGMENT_INDEX_BYTES_CONFIG, "12000");
    settings.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    settings.put(TopicConfig.SEGMENT_MS_CONFIG, String.valueOf(Long.MAX_VALUE));
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, String.valueOf(Long.MAX_VALUE));
    settings.putAll(config);
    var scheduler = new ManualScheduler();
    try {
      folder.toFile().mkdirs();
      UnifiedLog log =
          UnifiedLog.create(
              folder.toFile(),
              new LogConfig(settings),
              0,
              0,
              scheduler,
              new BrokerTopicStats(),
              Time.SYSTEM,
              DAY_MS,
              new ProducerStateManagerConfig(DAY_MS, false),
              DAY_MS,
              new LogDirFailureChannel(1),
              clean,
              Optional.of(TOPIC_ID));
      log.updateHighWatermark(log.logEndOffset());
      return new KafkaLog(log, scheduler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  UnifiedLog log() {
    return log;
  }

  void append(Compression compression, List<SimpleRecord> records) {
    append(compression, records, RecordBatch.NO_PRODUCER_ID, false);
  }

  /** Appends as a producer would that has numbered its records. */
  void append(
      Compression compression, List<SimpleRecord> records, long producerId, boolean transactional) {
    int sequence = -1;
    if (producerId >= 0) {
      sequence = sequences.getOrDefault(producerId, 0);
      sequences.put(producerId, sequence + records.size());
    }
    var builder =
        new MemoryRecordsBuilder(
            ByteBuffer.allocate(1024),
            RecordBatch.CURRENT_MAGIC_VALUE,
            kafkas(compression),
            TimestampType.CREATE_TIME,
            0,
            RecordBatch.NO_TIMESTAMP,
            producerId,
            (short) (producerId < 0 ? -1 : 0),
            sequence,
            transactional,
            false,
            RecordBatch.NO_PARTITION_LEADER_EPOCH,
            Integer.MAX_VALUE);
    records.forEach(builder::append);
    appendAsLeader(builder.build(), AppendOrigin.CLIENT);
  }

  /** Ends a producer's transaction. */
  void end(long producerId, boolean commit, long timestampMs) {
    var marker =
        new EndTransactionMarker(commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT, 0);
    appendAsLeader(
        MemoryRecords.withEndTransactionMarker(timestampMs, producerId, (short) 0, marker),
        AppendOrigin.COORDINATOR);
  }

  /** Appends batches that have been built. */
  void append(MemoryRecords batches) {
    appendAsLeader(batches, AppendOrigin.CLIENT);
  }

  private void appendAsLeader(MemoryRecords records, AppendOrigin origin) {
    try {
      log.appendAsLeader(
          records,
          LEADER_EPOCH,
          origin,
          RequestLocal.noCaching(),
          VerificationGuard.SENTINEL,
          TransactionVersion.TV_0.featureLevel());
      log.updateHighWatermark(log.logEndOffset());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compacts all segments but the newest, as far as no transaction is open. */
  void compact() {
    try {
      log.roll();
      log.updateHighWatermark(log.logEndOffset());
      var cleaner =
          new Cleaner(
              0,
              new SkimpyOffsetMap(1 << 20),
              1 << 20,
              1 << 20,
              0.75,
              new Throttler(Double.MAX_VALUE, Long.MAX_VALUE, "cleaner", "bytes", Time.SYSTEM),
              Time.SYSTEM,
              partition -> {});
      long end = Math.min(log.activeSegment().baseOffset(), log.lastStableOffset());
      cleaner.clean(new LogToClean(log, 0, end, true));
    } catch (IOException | DigestException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives up the records before an offset, and the segments that have no others. */
  void deleteBefore(long offset) throws IOException {
    log.maybeIncrementLogStartOffset(offset, LogStartOffsetIncrementReason.ClientRecordDeletion);
    log.deleteOldSegments();
  }

  /** How many batches compaction has left without a record. */
  long emptyBatches() {
    long empty = 0;
    for (LogSegment segment : log.logSegments()) {
      for (RecordBatch batch : segment.log().batches()) {
        empty += batch.countOrNull() == 0 ? 1 : 0;
      }
    }
    return empty;
  }

  /** Every record, control ones included, as Kafka reads them; see {@link Texts}. */
  List<String> records() {
    var texts = new ArrayList<String>();
    for (LogSegment segment : log.logSegments()) {
      for (RecordBatch batch : segment.log().batches()) {
        addTexts(batch, texts);
      }
    }
    return texts;
  }

  /** The records that a read-uncommitted consumer gets. */
  List<String> messages() {
    var texts = new ArrayList<String>();
    for (LogSegment segment : log.logSegments()) {
      for (RecordBatch batch : segment.log().batches()) {
        if (!batch.isControlBatch()) {
          addTexts(batch, texts);
        }
      }
    }
    return texts;
  }

  /** The records that a read-committed consumer gets, by the rules of Kafka's consumer. */
  List<String> committedMessages() {
    long end = log.lastStableOffset();
    var aborted = new PriorityQueue<AbortedTxn>(comparingLong(AbortedTxn::firstOffset));
    aborted.addAll(log.collectAbortedTransactions(log.logSegments().get(0).baseOffset(), end));
    Set<Long> abortedProducers = new HashSet<>();
    var texts = new ArrayList<String>();
    for (LogSegment segment : log.logSegments()) {
      for (RecordBatch batch : segment.log().batches()) {
        if (batch.lastOffset() >= end) {
          return texts;
        }
        while (!aborted.isEmpty() && aborted.element().firstOffset() <= batch.lastOffset()) {
          abortedProducers.add(aborted.remove().producerId());
        }
        if (batch.isControlBatch()) {
          Record marker = batch.iterator().next();
          if (ControlRecordType.parse(marker.key()) == ControlRecordType.ABORT) {
            abortedProducers.remove(batch.producerId());
          }
        } else if (!batch.isTransactional() || !abortedProducers.contains(batch.producerId())) {
          addTexts(batch, texts);
        }
      }
    }
    return texts;
  }

  private static void addTexts(RecordBatch batch, List<String> texts) {
    for (Record record : batch) {
      var headers = new StringBuilder();
      for (var header : record.headers()) {
        headers.append(header.key()).append('=').append(Texts.of(header.value())).append(' ');
      }
      texts.add(
          Texts.of(
              record.offset(),
              record.timestamp(),
              record.hasKey() ? Utils.readBytes(record.key()) : null,
              record.hasValue() ? Utils.readBytes(record.value()) : null,
              headers.toString()));
    }
  }

  static SimpleRecord record(long timestampMs, String key, int valueBytes) {
    return new SimpleRecord(
        timestampMs, key.getBytes(UTF_8), (key + " ").repeat(valueBytes / 2 + 1).getBytes(UTF_8));
  }

  private static org.apache.kafka.common.compress.Compression kafkas(Compression compression) {
    return org.apache.kafka.common.compress.Compression.of(
            compression.name().toLowerCase(Locale.ROOT))
        .build();
  }

  /** Ends as a broker does that is shut down. */
  @Override
  public void close() {
    log.close();
    scheduler.shutdown();
  }

  /** Keeps what Kafka would do later from ever being done: deleting files, say. */
  private static final class ManualScheduler implements Scheduler {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);

    @Override
    public void startup() {}

    @Override
    public void shutdown() {
      executor.shutdownNow();
    }

    @Override
    public ScheduledFuture<?> schedule(String name, Runnable task, long delayMs, long periodMs) {
      return executor.schedule(task, DAY_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void resizeThreadPool(int newSize) {}
  }
}
