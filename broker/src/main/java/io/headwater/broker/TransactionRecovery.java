package io.headwater.broker;

import io.headwater.broker.TransactionRecord.Commit;
import io.headwater.broker.TransactionRecord.PartitionNumber;
import io.headwater.broker.TransactionRecord.Read;
import io.headwater.broker.TransactionRecord.TakenBack;
import io.headwater.broker.TransactionRecord.Written;
import io.headwater.broker.TransactionState.Decision;
import io.headwater.log.BatchLog;
import io.headwater.log.OffsetRange;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.ControlType;
import io.headwater.log.storage.LogException;
import io.headwater.log.transaction.AbortedTransaction;
import io.headwater.serde.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the partitions of a folder and puts their transactions right, so that the folder is at one
 * prefix of its commits.
 *
 * <p>The transaction log says which commits were decided, in their order, and from where on they
 * are not known to be settled. Of those, each is checked: are all its records there, and all that
 * it had read? A power cut may have taken some where commits are not forced. The first that is not
 * whole is taken back, and with it all later ones, since they may rest on it: that decision is
 * written down and forced first, so that a crash in the middle of this leads to the same end. Then
 *
 * <ul>
 *   <li>a transaction without a marker gets one: of commit if its decision stands, else of abort;
 *   <li>a commit marker without a standing decision is made an abort marker. The decision may also
 *       be missing altogether: the power cut took the end of the transaction log, but left a
 *       marker.
 * </ul>
 */
final class TransactionRecovery {
  private static final Logger LOGGER = LoggerFactory.getLogger(TransactionRecovery.class);

  /** A partition, and the commit markers in it that are not known to be settled. */
  private record Found(Partition partition, List<PartitionState.Ended> commitMarkers) {}

  private final Path folder;
  private final BrokerOptions options;
  private final TransactionState state = new TransactionState();
  private final Map<PartitionNumber, Found> found = new LinkedHashMap<>();
  private final Partition transactionLog;
  private final long producerIdNext;
  private boolean changed;

  /**
   * Opens and repairs.
   *
   * @param opened takes every partition as soon as it is open, also if this fails
   */
  TransactionRecovery(
      Path folder, BrokerOptions options, TopicRegistry registry, List<Partition> opened) {
    this.folder = folder;
    this.options = options;
    transactionLog = openTransactionLog(registry);
    opened.add(transactionLog);
    for (Topic topic : registry.topics().values()) {
      if (!topic.name().equals(Topic.TRANSACTIONS)) {
        for (int i = 0; i < topic.partitions(); i++) {
          Found partition = open(topic, i);
          opened.add(partition.partition());
          found.put(partition.partition().number(), partition);
        }
      }
    }
    long idMax = opened.stream().mapToLong(Partition::producerIdMax).max().orElse(-1);
    for (TransactionRecord.Holder holder : state.holders().values()) {
      idMax = Math.max(idMax, holder.producerId());
    }
    producerIdNext = Math.max(state.producerIdNext(), idMax + 1);
    repair();
  }

  /** What the transaction log says. */
  TransactionState state() {
    return state;
  }

  long producerIdNext() {
    return producerIdNext;
  }

  /** Whether anything was repaired; it is to be settled before the folder is written again. */
  boolean hasChanged() {
    return changed;
  }

  /** Opens the partition of a topic that is about to be registered. */
  static Partition create(Path folder, BrokerOptions options, Topic topic, int partition) {
    var id = new TopicPartition(topic.name(), partition);
    BatchLog log = Logs.open(folder, options, topic, partition);
    return new Partition(
        id,
        new PartitionNumber(topic.number(), partition),
        log,
        new PartitionFiles(options.storage(), log.folder()),
        new PartitionState());
  }

  private Partition openTransactionLog(TopicRegistry registry) {
    Topic topic = registry.topics().get(Topic.TRANSACTIONS);
    if (topic == null) {
      throw new IllegalArgumentException("the transaction log is registered first");
    }
    ensureFolder(topic, 0);
    Partition partition = create(folder, options, topic, 0);
    try {
      replay(partition.log(), partition.files(), state);
    } catch (RuntimeException e) {
      partition.close();
      throw e;
    }
    return partition;
  }

  /** Reads the transaction log into a state and returns where it ended. */
  static long replay(BatchLog log, PartitionFiles files, TransactionState state) {
    long from =
        files
            .loadCompacted(
                log.range().to(),
                (key, value) -> {
                  if (value != null) {
                    state.replay(-1, TransactionRecord.parse(key, value));
                  }
                })
            .orElse(log.range().from());
    return replay(log, from, state);
  }

  /** Reads the transaction log from an offset on and returns where it ended. */
  static long replay(BatchLog log, long from, TransactionState state) {
    var cursor = new LogCursor(log, from);
    while (cursor.next()) {
      byte[] key = cursor.record().key();
      byte[] value = cursor.record().value();
      if (key != null && value != null) {
        state.replay(cursor.record().offset(), TransactionRecord.parse(key, value));
      }
    }
    return cursor.end();
  }

  private Found open(Topic topic, int index) {
    ensureFolder(topic, index);
    var number = new PartitionNumber(topic.number(), index);
    BatchLog log = Logs.open(folder, options, topic, index);
    try {
      var files = new PartitionFiles(options.storage(), log.folder());
      var partitionState = new PartitionState();
      long settled = state.settledBelow(number);
      files.deleteBeyond(log.range().to());
      var markers = new ArrayList<PartitionState.Ended>();
      log.forEachBatch(
          files.load(partitionState, log.range(), settled),
          batch -> {
            PartitionState.Ended ended = partitionState.replay(batch);
            if (ended != null) {
              partitionState.release(ended.first());
              if (ended.committed() && ended.markerOffset() >= settled) {
                markers.add(ended);
              }
            }
          });
      var id = new TopicPartition(topic.name(), index);
      return new Found(new Partition(id, number, log, files, partitionState), markers);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private void ensureFolder(Topic topic, int partition) {
    Path expected = folder.resolve(new TopicPartition(topic.name(), partition).toString());
    if (!options.storage().exists(expected)) {
      throw new BrokerException(
          "%s is missing, and topic %s has %d partitions; restore it from a backup"
              .formatted(expected, topic.name(), topic.partitions()));
    }
  }

  private void repair() {
    Optional<Decision> broken =
        state.unsettled().stream()
            .filter(decision -> !decision.takenBack() && !isWhole(decision.commit()))
            .findFirst();
    if (broken.isPresent()) {
      takeBack(new OffsetRange(broken.get().offset(), transactionLog.endOffset()));
    }
    changed |= state.isTakingBack();

    var standing = new Standing(state.unsettled());
    for (Found each : found.values()) {
      try {
        repair(each, standing);
      } catch (LogException e) {
        if (each.partition().isDamaged()) {
          // It can be read up to there, and takes no appends; the others are none the worse.
          LOGGER.error("{}: its transactions cannot be finished", each.partition().id(), e);
        } else {
          throw e;
        }
      }
    }
  }

  private void takeBack(OffsetRange range) {
    LOGGER.warn(
        "a power cut took a part of the commit at offset {} of {}: it and all later ones are taken back",
        range.from(),
        Topic.TRANSACTIONS);
    var record = new TakenBack(range);
    var batch = new BatchBuilder();
    batch.append(options.clock().millis(), record.key(), record.value(), Headers.EMPTY);
    transactionLog.append(batch);
    transactionLog.forceAll();
    state.replay(-1, record);
  }

  private boolean isWhole(Commit commit) {
    for (Written part : commit.written()) {
      Found at = found.get(part.partition());
      if (at != null && at.partition().endOffset() < part.range().to()) {
        return false;
      }
    }
    for (Read part : commit.read()) {
      Found at = found.get(part.partition());
      if (at != null && at.partition().endOffset() < part.to()) {
        return false;
      }
    }
    return true;
  }

  private void repair(Found each, Standing standing) {
    Partition partition = each.partition();
    PartitionState partitionState = partition.state();
    var takenBack = new ArrayList<AbortedTransaction>();
    for (PartitionState.Ended marker : each.commitMarkers()) {
      if (!standing.contains(partition.number(), marker.producerId(), marker.first())) {
        partition.log().rewriteMarkerAsAbort(marker.markerOffset());
        takenBack.add(
            new AbortedTransaction(
                marker.producerId(),
                marker.first(),
                marker.markerOffset(),
                partitionState.stableOffset(marker.markerOffset() + 1)));
        changed = true;
      }
    }
    if (!takenBack.isEmpty()) {
      partitionState.abortEarlier(takenBack);
    }
    for (Map.Entry<Long, Long> open : List.copyOf(partitionState.holds().entrySet())) {
      long first = open.getKey();
      long producerId = open.getValue();
      boolean committed = standing.contains(partition.number(), producerId, first);
      partition.end(
          committed ? ControlType.COMMIT : ControlType.ABORT,
          producerId,
          partitionState.producers().epochOf(producerId),
          options.clock().millis());
      partition.release(first);
      changed = true;
    }
    partition.showState();
  }

  /** Where the records of commits lie whose decision stands. */
  private static final class Standing {
    private record Key(PartitionNumber partition, long producerId) {}

    private final Map<Key, List<OffsetRange>> ranges = new HashMap<>();

    Standing(List<Decision> decisions) {
      for (Decision decision : decisions) {
        if (!decision.takenBack()) {
          for (Written part : decision.commit().written()) {
            ranges
                .computeIfAbsent(
                    new Key(part.partition(), decision.commit().producerId()),
                    key -> new ArrayList<>())
                .add(part.range());
          }
        }
      }
    }

    boolean contains(PartitionNumber partition, long producerId, long first) {
      return ranges.getOrDefault(new Key(partition, producerId), List.of()).stream()
          .anyMatch(range -> range.contains(first));
    }
  }
}
