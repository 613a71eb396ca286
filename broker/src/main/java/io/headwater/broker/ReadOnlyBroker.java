package io.headwater.broker;

import io.headwater.broker.TransactionRecord.Commit;
import io.headwater.broker.TransactionRecord.PartitionNumber;
import io.headwater.broker.TransactionRecord.Read;
import io.headwater.broker.TransactionRecord.Written;
import io.headwater.broker.TransactionState.Decision;
import io.headwater.log.BatchLog;
import io.headwater.log.LogOptions;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A folder of topics, read only, maybe beside a process that writes it. It takes no lock and
 * changes nothing.
 *
 * <p>It stands still until {@link #refresh}, and then is at the last commit again. What is
 * committed is what the transaction log says: a transaction decided there counts although its
 * markers may be missing, and a marker whose decision has not been read yet does not count.
 *
 * <p>How that is done: the transaction log is read first, then the partitions. All that a decision
 * rests on was written before it, so it is found; unless a power cut took it and no broker has
 * opened the folder since. Then that commit and all later ones are left out, as a broker would take
 * them back.
 */
public final class ReadOnlyBroker implements BrokerView {
  /** How often a refresh is tried while topics are being deleted. */
  private static final int ATTEMPTS_MAX = 100;

  private static final TopicPartition TRANSACTIONS = new TopicPartition(Topic.TRANSACTIONS, 0);
  private static final TopicPartition OFFSETS = new TopicPartition(Topic.OFFSETS, 0);

  private final Path folder;
  private final Storage storage;

  /** Held to write while the view moves on, to read while several things are read. */
  private final ReentrantReadWriteLock shown = new ReentrantReadWriteLock();

  private final TransactionState state = new TransactionState();
  private final GroupOffsets groupOffsets = new GroupOffsets();
  private final Map<TopicPartition, ViewedPartition> partitions = new HashMap<>();
  private TopicRegistry registry = TopicRegistry.EMPTY;
  private @Nullable BatchLog transactionLog;
  private long transactionsRead;
  private long offsetsRead;

  /** Decisions below are shown. */
  private long shownBelow;

  private volatile boolean closed;

  private ReadOnlyBroker(Path folder, Storage storage) {
    this.folder = folder;
    this.storage = storage;
  }

  static ReadOnlyBroker open(Path folder, Storage storage) {
    FolderFormat.check(storage, folder);
    var view = new ReadOnlyBroker(folder, storage);
    try {
      view.refresh();
      return view;
    } catch (RuntimeException | Error e) {
      view.close();
      throw e;
    }
  }

  /**
   * Moves on to what the folder holds now: later commits and records, new topics, and no deleted
   * ones.
   *
   * @return whether anything has changed that a reader can see
   */
  public boolean refresh() {
    shown.writeLock().lock();
    try {
      ensureOpen();
      TopicRegistry seen = registry;
      for (int attempt = 1; ; attempt++) {
        try {
          return readOn() || attempt > 1;
        } catch (LogException e) {
          // Files may be missing because their topic has just been deleted. If none has, they are
          // missing for good.
          TopicRegistry latest = TopicRegistry.read(storage, folder);
          if (latest.equals(registry) || latest.equals(seen) || attempt == ATTEMPTS_MAX) {
            throw e;
          }
          seen = latest;
        }
      }
    } finally {
      shown.writeLock().unlock();
    }
  }

  private boolean readOn() {
    boolean changed = readTransactions();
    changed |= readTopics();
    long end = stableEnd();
    for (ViewedPartition partition : partitions.values()) {
      changed |= partition.readOn(state.settledBelow(partition.number()));
    }
    changed |= show();
    changed |= stableEnd() != end;
    changed |= readOffsets();
    return changed;
  }

  private long stableEnd() {
    return partitions.values().stream().mapToLong(ViewedPartition::stableOffset).sum();
  }

  private boolean readTransactions() {
    BatchLog log = transactionLog;
    long before = transactionsRead;
    if (log == null) {
      if (!TopicRegistry.read(storage, folder).topics().containsKey(Topic.TRANSACTIONS)) {
        return false; // a broker is just creating the folder
      }
      Path dir = folder.resolve(TRANSACTIONS.toString());
      log = openLog(dir);
      transactionLog = log;
      transactionsRead = TransactionRecovery.replay(log, new PartitionFiles(storage, dir), state);
    } else {
      log.refresh();
      transactionsRead = TransactionRecovery.replay(log, transactionsRead, state);
    }
    return transactionsRead != before;
  }

  private boolean readTopics() {
    TopicRegistry found = TopicRegistry.read(storage, folder);
    boolean changed = !found.topics().equals(registry.topics());
    registry = found;
    closeDeleted();
    openCreated();
    return changed;
  }

  private void closeDeleted() {
    for (ViewedPartition partition : List.copyOf(partitions.values())) {
      Topic topic = registry.topics().get(partition.id().topic());
      if (topic == null || topic.number() != partition.number().topic()) {
        partitions.remove(partition.id());
        partition.log().close();
      }
    }
  }

  private void openCreated() {
    for (Topic topic : registry.topics().values()) {
      for (int i = 0; i < topic.partitions(); i++) {
        var id = new TopicPartition(topic.name(), i);
        if (!partitions.containsKey(id)) {
          var number = new PartitionNumber(topic.number(), i);
          Path dir = folder.resolve(id.toString());
          var partition = new ViewedPartition(id, number, openLog(dir));
          try {
            partition.start(new PartitionFiles(storage, dir), state.settledBelow(number));
          } catch (RuntimeException e) {
            partition.log().close();
            throw e;
          }
          partitions.put(id, partition);
        }
      }
    }
  }

  private BatchLog openLog(Path dir) {
    return BatchLog.open(
        storage, dir, LogOptions.builder().readOnly(true).lockFolder(false).build());
  }

  /** Shows the decisions read since, in order, up to the first that is not whole. */
  private boolean show() {
    boolean any = false;
    for (Decision decision : List.copyOf(state.unsettled())) {
      if (decision.offset() < shownBelow || decision.takenBack()) {
        continue;
      }
      if (!isWhole(decision.commit())) {
        break;
      }
      for (Written part : decision.commit().written()) {
        ViewedPartition partition = at(part.partition());
        if (partition != null) {
          partition.commit(decision.commit().producerId(), part.range());
        }
      }
      shownBelow = decision.offset() + 1;
      any = true;
    }
    partitions.values().forEach(ViewedPartition::show);
    return any;
  }

  private boolean isWhole(Commit commit) {
    for (Written part : commit.written()) {
      ViewedPartition partition = at(part.partition());
      if (partition != null && partition.log().range().to() < part.range().to()) {
        return false;
      }
    }
    for (Read part : commit.read()) {
      ViewedPartition partition = at(part.partition());
      if (partition != null && partition.log().range().to() < part.to()) {
        return false;
      }
    }
    return true;
  }

  private @Nullable ViewedPartition at(PartitionNumber number) {
    for (Topic topic : registry.topics().values()) {
      if (topic.number() == number.topic()) {
        return partitions.get(new TopicPartition(topic.name(), number.partition()));
      }
    }
    return null;
  }

  private boolean readOffsets() {
    ViewedPartition offsets = partitions.get(OFFSETS);
    if (offsets == null) {
      return false;
    }
    if (offsetsRead == 0) {
      offsetsRead =
          OffsetsReplay.start(
              new PartitionFiles(storage, offsets.log().folder()), offsets.log(), groupOffsets);
    }
    var updates = new ArrayList<GroupOffsets.Update>();
    offsetsRead = OffsetsReplay.read(offsets, offsetsRead, updates);
    groupOffsets.apply(updates);
    return !updates.isEmpty();
  }

  private ViewedPartition at(TopicPartition id) {
    ViewedPartition partition = partitions.get(id);
    if (partition == null) {
      Topic topic = registry.topics().get(id.topic());
      throw topic == null
          ? UnknownTopicException.topic(id.topic(), registry.topics().keySet())
          : UnknownTopicException.partition(id, topic.partitions());
    }
    return partition;
  }

  @Override
  public Set<String> topics() {
    return reading(() -> Collections.unmodifiableSet(new TreeSet<>(registry.topics().keySet())));
  }

  @Override
  public TopicDescription describe(String name) {
    return reading(
        () -> {
          Topic topic = registry.topics().get(name);
          if (topic == null) {
            throw UnknownTopicException.topic(name, registry.topics().keySet());
          }
          return Describing.describe(topic, id -> Describing.describe(at(id)));
        });
  }

  @Override
  public void fetch(
      TopicPartition partition,
      long offset,
      int bytesMax,
      IsolationLevel isolation,
      FetchedRecords into) {
    reading(
        () -> {
          into.fill(at(partition), offset, bytesMax, isolation);
          return true;
        });
  }

  @Override
  public long startOffset(TopicPartition partition) {
    return reading(() -> at(partition).log().range().from());
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(
      Collection<TopicPartition> wanted, IsolationLevel isolation) {
    return reading(
        () -> {
          var ends = new TreeMap<TopicPartition, Long>();
          wanted.forEach(id -> ends.put(id, at(id).endOffset(isolation)));
          return ends;
        });
  }

  @Override
  public long offsetForTime(TopicPartition partition, long timestampMs) {
    return reading(() -> at(partition).log().offsetForTime(timestampMs));
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committedOffsets(String group) {
    return reading(() -> groupOffsets.of(group));
  }

  @Override
  public Set<String> groups() {
    return reading(groupOffsets::names);
  }

  @Override
  public byte[] readAt(TopicPartition partition, long segmentBase, int position, int length) {
    return reading(() -> at(partition).log().readAt(segmentBase, position, length));
  }

  /** What a reading method does. */
  private interface Reading<T> {
    T read();
  }

  private <T> T reading(Reading<T> reading) {
    shown.readLock().lock();
    try {
      ensureOpen();
      return reading.read();
    } finally {
      shown.readLock().unlock();
    }
  }

  @Override
  public void close() {
    shown.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        partitions.values().forEach(partition -> partition.log().close());
        BatchLog log = transactionLog;
        if (log != null) {
          log.close();
        }
      }
    } finally {
      shown.writeLock().unlock();
    }
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the view of %s is closed".formatted(folder));
    }
  }
}
