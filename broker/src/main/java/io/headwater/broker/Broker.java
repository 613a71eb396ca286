package io.headwater.broker;

import static java.util.stream.Collectors.toMap;

import io.headwater.broker.TransactionRecord.Read;
import io.headwater.log.Recovery;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of topics, written by this process: partitions that are appended to and read, offsets of
 * groups, and transactions over all of them. One process at a time has a folder open for writing;
 * others may read it through {@link BrokerView#openReadOnly}. Safe for many threads.
 *
 * <p>Somebody has to call {@link #doWork} every few hundred milliseconds: a thread, or a test.
 *
 * <p>Methods throw {@link IllegalStateException} once it is closed, and a {@link
 * io.headwater.log.storage.LogException} if the disk fails.
 */
public final class Broker implements BrokerView {
  private static final Logger LOGGER = LoggerFactory.getLogger(Broker.class);
  private static final long SAVE_AFTER_BYTES = 32L << 20;

  private final Path folder;
  private final BrokerOptions options;
  private final Storage storage;
  private final DirectoryLock lock;
  private final Map<TopicPartition, Partition> partitions = new ConcurrentHashMap<>();
  private final GroupOffsets groupOffsets = new GroupOffsets();
  private final ChangeSignal changes = new ChangeSignal();

  /** Held to write while something becomes visible in several places, to read while it is read. */
  private final ReentrantReadWriteLock shown = new ReentrantReadWriteLock();

  private final Object registering = new Object();
  private final SortedMap<TopicPartition, Recovery> recoveries;
  private final Transactions transactions;
  private final Partition transactionLog;
  private final Partition offsetsPartition;
  private volatile TopicRegistry registry;
  private volatile boolean closed;
  private volatile long settledMs;

  /**
   * Opens a folder for writing, and creates it if it is not there. What a crash left is put right
   * first: undecided transactions are aborted, decided ones finished.
   *
   * @throws io.headwater.log.storage.FolderInUseException if another broker has it, naming its
   *     process
   * @throws BrokerException if the folder is of a newer format, or damaged
   */
  public static Broker open(Path folder, BrokerOptions options) {
    Storage storage = options.storage();
    storage.createDirectories(folder);
    if (storage.exists(folder.resolve(FolderFormat.FILE))) {
      FolderFormat.check(storage, folder); // before anything is written
    }
    DirectoryLock lock = storage.lock(folder);
    var opened = new ArrayList<Partition>();
    try {
      FolderFormat.markOrCheck(storage, folder);
      return new Broker(folder, options, lock, opened);
    } catch (RuntimeException | Error e) {
      try {
        closeLogs(opened);
      } catch (RuntimeException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      lock.close();
      throw e;
    }
  }

  /** A broker whose folder is in memory, and gone with it. */
  public static Broker inMemory(BrokerOptions options) {
    return open(Path.of("memory"), options.withStorage(Storage.memory()));
  }

  private Broker(Path folder, BrokerOptions options, DirectoryLock lock, List<Partition> opened) {
    this.folder = folder;
    this.options = options;
    this.storage = options.storage();
    this.lock = lock;
    registry = internalTopics(TopicRegistry.read(storage, folder));

    var recovery = new TransactionRecovery(folder, options, registry, opened);
    opened.forEach(partition -> partitions.put(partition.id(), partition));
    recoveries = recoveries(opened);
    transactionLog = at(new TopicPartition(Topic.TRANSACTIONS, 0));
    offsetsPartition = at(new TopicPartition(Topic.OFFSETS, 0));
    var offsets = new ArrayList<GroupOffsets.Update>();
    long from = OffsetsReplay.start(offsetsPartition.files(), offsetsPartition.log(), groupOffsets);
    OffsetsReplay.read(offsetsPartition, from, offsets);
    groupOffsets.apply(offsets);
    transactions =
        new Transactions(
            options,
            transactionLog,
            recovery.state(),
            recovery.producerIdNext(),
            groupOffsets,
            changes,
            shown);
    // The process before may have forced less; a commit that is acknowledged rests on all of them.
    boolean restsOnUnforced =
        options.durability() == Durability.COMMIT && !recovery.state().unsettled().isEmpty();
    if (recovery.hasChanged() || restsOnUnforced) {
      transactions.settle(this::userPartitions, SAVE_AFTER_BYTES);
      transactionLog.forceAll();
    }
    finishDeletions();
    correctOffsets();
    settledMs = options.clock().millis();
  }

  private static SortedMap<TopicPartition, Recovery> recoveries(List<Partition> opened) {
    var recoveries = new TreeMap<TopicPartition, Recovery>();
    for (Partition partition : opened) {
      Recovery recovery = partition.log().recovery();
      if (!(recovery instanceof Recovery.Clean)) {
        recoveries.put(partition.id(), recovery);
      }
    }
    return Collections.unmodifiableSortedMap(recoveries);
  }

  private TopicRegistry internalTopics(TopicRegistry found) {
    TopicRegistry complete = found;
    for (String name : List.of(Topic.OFFSETS, Topic.TRANSACTIONS)) {
      if (!complete.topics().containsKey(name)) {
        TopicConfig config =
            TopicConfig.DEFAULT.withCompacted(true).withSegmentBytes(options.segmentBytes());
        var topic = new Topic(complete.next(), name, 1, config, null);
        // Before it is registered: who reads the folder beside this broker opens it then.
        TransactionRecovery.create(folder, options, topic, 0).close();
        complete = complete.with(topic);
      }
    }
    if (!complete.equals(found)) {
      complete.write(storage, folder);
    }
    return complete;
  }

  private Partition at(TopicPartition id) {
    Partition partition = partitions.get(id);
    if (partition == null) {
      throw unknown(id);
    }
    return partition;
  }

  private UnknownTopicException unknown(TopicPartition id) {
    Topic topic = registry.topics().get(id.topic());
    return topic == null
        ? UnknownTopicException.topic(id.topic(), registry.topics().keySet())
        : UnknownTopicException.partition(id, topic.partitions());
  }

  // ---- topics

  /**
   * Creates a topic. It is there, durably, when this returns. What groups have committed for
   * another source of its name is withdrawn.
   *
   * @throws TopicExistsException if there is one of that name
   */
  public void createTopic(NewTopic topic) {
    if (!createTopicIfAbsent(topic)) {
      throw new TopicExistsException(topic.name());
    }
  }

  /** Creates a topic, or returns false if there is one of that name, as it is. */
  public boolean createTopicIfAbsent(NewTopic wanted) {
    synchronized (registering) {
      ensureOpen();
      transactions.ensureNotFailed();
      if (registry.topics().containsKey(wanted.name())) {
        return false;
      }
      finishDeletions(); // of an earlier topic of this name
      withdrawOffsets(wanted.name()); // that were committed after it was deleted
      TopicConfig config =
          wanted.config().segmentBytes() > 0
              ? wanted.config()
              : wanted.config().withSegmentBytes(options.segmentBytes());
      var topic = new Topic(registry.next(), wanted.name(), wanted.partitions(), config, null);
      var created = new ArrayList<Partition>();
      try {
        for (int i = 0; i < topic.partitions(); i++) {
          Partition partition = TransactionRecovery.create(folder, options, topic, i);
          created.add(partition);
          if (partition.endOffset() > 0) {
            throw new BrokerException(
                "%s has records but is no registered topic's; move it away to create topic %s"
                    .formatted(folder.resolve(partition.id().toString()), topic.name()));
          }
        }
        TopicRegistry changed = registry.with(topic);
        changed.write(storage, folder);
        created.forEach(partition -> partitions.put(partition.id(), partition));
        registry = changed;
      } catch (RuntimeException e) {
        closeLogs(created);
        throw e;
      }
    }
    changes.move();
    return true;
  }

  /**
   * Notes that an application keeps something for itself in topics, the changelogs of its stores,
   * say: from now on they are only deleted in its name. The note is durable when this returns, and
   * goes with the topic. Harmless if repeated.
   *
   * @param application its id: letters, digits, dots, underscores and hyphens
   * @throws UnknownTopicException if there is no such topic
   * @throws IllegalArgumentException if one is internal, or another application's
   */
  public void claimTopics(String application, Collection<String> names) {
    NewTopic.ensureName(application, "an application id");
    synchronized (registering) {
      ensureOpen();
      transactions.ensureNotFailed();
      TopicRegistry changed = registry;
      for (String name : names) {
        Topic topic = topic(name);
        ensureNotInternal(topic);
        if (topic.owner() != null && !topic.owner().equals(application)) {
          throw new IllegalArgumentException(
              "topic %s is application %s's own, application %s cannot keep anything there"
                  .formatted(name, topic.owner(), application));
        }
        changed = changed.replacing(topic.ownedBy(application));
      }
      if (!changed.equals(registry)) {
        changed.write(storage, folder);
        registry = changed;
      }
    }
  }

  /**
   * Deletes a topic with its records and what groups have committed for it. Once this returns it is
   * gone, durably. Open transactions go on without it.
   *
   * @throws UnknownTopicException if there is none of that name
   * @throws IllegalArgumentException if it is an internal one, or an application's own: that one
   *     would go on where it is, without what it had kept there
   */
  public void deleteTopic(String name) {
    delete(name, null);
  }

  /**
   * As {@link #deleteTopic(String)}, in the name of an application: what that one keeps for itself
   * is deleted too.
   *
   * @throws IllegalArgumentException if it is an internal one, or another application's own
   */
  public void deleteTopic(String name, String application) {
    delete(name, application);
  }

  private static void ensureNotInternal(Topic topic) {
    if (topic.internal()) {
      throw new IllegalArgumentException(
          "topic %s is the broker's own: it can be neither claimed nor deleted"
              .formatted(topic.name()));
    }
  }

  private void delete(String name, @Nullable String application) {
    synchronized (registering) {
      ensureOpen();
      transactions.ensureNotFailed();
      Topic topic = topic(name);
      ensureNotInternal(topic);
      if (topic.owner() != null && !topic.owner().equals(application)) {
        throw new IllegalArgumentException(
            "topic %s is application %s's own, which would go on without what it has kept there; delete it in the name of that application"
                .formatted(name, topic.owner()));
      }
      transactions.betweenCommits(
          () -> {
            TopicRegistry changed = registry.startDeleting(topic);
            changed.write(storage, folder);
            registry = changed;
            for (int i = 0; i < topic.partitions(); i++) {
              Partition partition = partitions.remove(new TopicPartition(name, i));
              if (partition != null) {
                partition.markDeleted();
              }
            }
          });
      finishDeletions();
    }
    changes.move();
  }

  /** Removes what is left of deleted topics. */
  private void finishDeletions() {
    for (Topic topic : List.copyOf(registry.deleting().values())) {
      if (!registry.topics().containsKey(topic.name())) {
        withdrawOffsets(topic.name());
      }
      for (int i = 0; i < topic.partitions(); i++) {
        Path partition = folder.resolve(new TopicPartition(topic.name(), i).toString());
        storage.list(partition).forEach(storage::delete);
        storage.delete(partition);
      }
      storage.forceDirectory(folder);
      TopicRegistry changed = registry.deleted(topic);
      changed.write(storage, folder);
      registry = changed;
    }
  }

  /** Durably takes back what groups have committed for a topic. */
  private void withdrawOffsets(String topic) {
    boolean any = false;
    for (String group : groupOffsets.names()) {
      var withdrawn = new TreeMap<TopicPartition, @Nullable OffsetAndMetadata>();
      for (TopicPartition partition : groupOffsets.of(group).keySet()) {
        if (partition.topic().equals(topic)) {
          withdrawn.put(partition, null);
          any = true;
        }
      }
      appendOffsets(group, withdrawn);
    }
    if (any) {
      offsetsPartition.forceAll();
    }
  }

  @Override
  public Set<String> topics() {
    ensureOpen();
    return Collections.unmodifiableSet(new TreeSet<>(registry.topics().keySet()));
  }

  @Override
  public TopicDescription describe(String name) {
    ensureOpen();
    Topic topic = topic(name);
    return Describing.describe(topic, partition -> reading(partition, Describing::describe));
  }

  private Topic topic(String name) {
    Topic topic = registry.topics().get(name);
    if (topic == null) {
      throw UnknownTopicException.topic(name, registry.topics().keySet());
    }
    return topic;
  }

  // ---- writing

  /**
   * Appends a batch and returns the offset of its first record. A batch that names a producer, its
   * epoch and sequence is taken once: sent again, it answers with the first offset again. With
   * durability {@code COMMIT} it has been forced when this returns; threads share a force. The
   * builder can be reset and used again once this returns.
   *
   * @throws OutOfOrderSequenceException if the producer's batches before it are missing
   * @throws ProducerFencedException if a newer epoch of the producer has written
   * @throws UnknownTopicException if there is no such partition
   * @throws IllegalArgumentException if the topic is internal, or the batch is empty, transactional
   *     or too large
   */
  public long append(TopicPartition partition, BatchBuilder batch) {
    ensureOpen();
    transactions.ensureNotFailed();
    if (batch.isTransactional() || batch.isControl()) {
      throw new IllegalArgumentException(
          "a transactional batch is appended by its transactional producer");
    }
    if (batch.producerId() >= 0 && (batch.producerEpoch() < 0 || batch.baseSequence() < 0)) {
      throw new IllegalArgumentException(
          "a batch of producer %d needs an epoch and a sequence, has %d and %d"
              .formatted(batch.producerId(), batch.producerEpoch(), batch.baseSequence()));
    }
    Partition target = writable(partition);
    transactions.seenProducerId(batch.producerId());
    long base = target.append(batch);
    if (options.durability() == Durability.COMMIT) {
      target.force(base + batch.count());
    }
    changes.move();
    return base;
  }

  /** A partition of a topic that is not the broker's own. */
  Partition writable(TopicPartition partition) {
    transactions.ensureNotFailed();
    if (Topic.isInternal(partition.topic())) {
      throw new IllegalArgumentException(
          "topic %s is the broker's own: only it writes there".formatted(partition.topic()));
    }
    return at(partition);
  }

  Partition offsetsPartition() {
    return offsetsPartition;
  }

  /** A new producer whose batches are taken once each, in order. */
  public Producer producer() {
    ensureOpen();
    return new Producer(this, transactions.newProducerId());
  }

  /**
   * A new producer for transactions. An earlier one of the same id is fenced, and a transaction
   * that it left open is aborted.
   *
   * @param transactionalId names the writer over restarts; not empty
   */
  public TransactionalProducer transactionalProducer(String transactionalId) {
    ensureOpen();
    if (transactionalId.isEmpty()) {
      throw new IllegalArgumentException("a transactional id cannot be empty");
    }
    return transactions.open(this, transactionalId);
  }

  /** The newest epoch that any partition has of a producer, -1 if none. */
  int epochOf(long producerId) {
    return partitions.values().stream()
        .mapToInt(partition -> partition.epochOf(producerId))
        .max()
        .orElse(-1);
  }

  // ---- offsets of groups

  /**
   * Moves a group's offsets outside of a transaction, together: also after a crash, unless they are
   * more than fit into one batch of 1 MiB. A source that is no topic may be named.
   *
   * @throws IllegalArgumentException if an offset is past the end of its partition
   * @throws UnknownTopicException if a topic has no such partition
   */
  public void commitOffsets(String group, Map<TopicPartition, OffsetAndMetadata> positions) {
    ensureOpen();
    transactions.ensureNotFailed();
    ensureCommittable(group, positions);
    readsOf(
        positions.entrySet().stream()
            .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().offset())));
    appendOffsets(group, positions);
    changes.move();
  }

  private void appendOffsets(
      String group, Map<TopicPartition, ? extends @Nullable OffsetAndMetadata> positions) {
    if (!positions.isEmpty()) {
      transactions.appendOffsets(offsetsPartition, GroupOffsets.updates(group, positions));
    }
  }

  void ensureCommittable(String group, Map<TopicPartition, OffsetAndMetadata> positions) {
    if (group.isEmpty()) {
      throw new IllegalArgumentException("a group's name cannot be empty");
    }
    positions.forEach(
        (id, position) -> {
          if (registry.topics().containsKey(id.topic())) {
            long end = reading(id, Partition::endOffset);
            if (position.offset() > end) {
              throw new IllegalArgumentException(
                  "group %s cannot be at offset %d of %s, which ends at %d"
                      .formatted(group, position.offset(), id, end));
            }
          }
        });
  }

  /** Those of the positions that lie in topics; with durability {@code COMMIT}, forced. */
  List<Read> readsOf(Map<TopicPartition, Long> positions) {
    var reads = new ArrayList<Read>();
    positions.forEach(
        (id, offset) -> {
          Partition partition = partitions.get(id);
          if (partition != null && partition.reaches(offset)) {
            if (options.durability() == Durability.COMMIT) {
              partition.force(offset);
            }
            reads.add(new Read(partition.number(), offset));
          }
        });
    return reads;
  }

  /** A power cut may have taken records that a group had read outside of a transaction. */
  private void correctOffsets() {
    for (String group : groupOffsets.names()) {
      var corrected = new TreeMap<TopicPartition, OffsetAndMetadata>();
      groupOffsets
          .of(group)
          .forEach(
              (id, position) -> {
                Partition partition = partitions.get(id);
                if (partition != null && position.offset() > partition.endOffset()) {
                  LOGGER.warn(
                      "group {} was at offset {} of {}, whose end {} a power cut took back",
                      group,
                      position.offset(),
                      id,
                      partition.endOffset());
                  corrected.put(
                      id, new OffsetAndMetadata(partition.endOffset(), position.metadata()));
                }
              });
      appendOffsets(group, corrected);
    }
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committedOffsets(String group) {
    ensureOpen();
    return groupOffsets.of(group);
  }

  @Override
  public Set<String> groups() {
    ensureOpen();
    return groupOffsets.names();
  }

  // ---- reading

  /** Reads from a partition. Of a topic that is deleted meanwhile, the log only says: closed. */
  private <T> T reading(TopicPartition id, Function<Partition, T> read) {
    ensureOpen();
    Partition partition = at(id);
    try {
      return read.apply(partition);
    } catch (IllegalStateException | LogException e) {
      partition.ensureNotDeleted();
      throw e;
    }
  }

  @Override
  public void fetch(
      TopicPartition partition,
      long offset,
      int bytesMax,
      IsolationLevel isolation,
      FetchedRecords into) {
    reading(
        partition,
        source -> {
          into.fill(source, offset, bytesMax, isolation);
          return true;
        });
  }

  @Override
  public long startOffset(TopicPartition partition) {
    return reading(partition, source -> source.log().range().from());
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(
      Collection<TopicPartition> wanted, IsolationLevel isolation) {
    ensureOpen();
    var ends = new TreeMap<TopicPartition, Long>();
    shown.readLock().lock();
    try {
      for (TopicPartition id : wanted) {
        ends.put(id, reading(id, source -> source.endOffset(isolation)));
      }
    } finally {
      shown.readLock().unlock();
    }
    return ends;
  }

  @Override
  public long offsetForTime(TopicPartition partition, long timestampMs) {
    return reading(partition, source -> source.log().offsetForTime(timestampMs));
  }

  @Override
  public byte[] readAt(TopicPartition partition, long segmentBase, int position, int length) {
    return reading(partition, source -> source.log().readAt(segmentBase, position, length));
  }

  /**
   * A number that moves whenever something committed, or a topic, can be seen that could not be.
   */
  public long changes() {
    ensureOpen();
    return changes.value();
  }

  /**
   * Waits until {@link #changes} is not {@code seen} any more; false if the time ran out first.
   *
   * @throws IllegalStateException if the broker is closed meanwhile
   */
  public boolean awaitChange(long seen, Duration timeout) throws InterruptedException {
    ensureOpen();
    boolean changed = changes.await(seen, timeout, () -> closed);
    ensureOpen();
    return changed;
  }

  // ---- keeping

  /**
   * What opening the folder found: the partitions, internal ones too, whose tail a crash had torn
   * or in which something is damaged. Empty if all were as they had been written. It stays the same
   * until the folder is opened again.
   */
  public SortedMap<TopicPartition, Recovery> recoveries() {
    return recoveries;
  }

  /** Forces everything that has been appended, and all commits. */
  public void sync() {
    ensureOpen();
    transactions.settle(this::userPartitions, SAVE_AFTER_BYTES);
  }

  /**
   * One step of the work in the background, to be called every few hundred milliseconds: aborts
   * transactions that have been open for too long, and forces what is due: every second with
   * durability {@code INTERVAL}. The other two get a force now and then too, every 5 and every 60
   * seconds, so that little has to be read at the next open.
   *
   * @return how many things it has done, 0 if there was nothing to do
   */
  public int doWork() {
    ensureOpen();
    if (transactions.hasFailed()) {
      return 0;
    }
    int done = 0;
    for (TransactionalProducer producer : transactions.producers()) {
      if (producer.fenceIfOlderThan(options.transactionTimeout())) {
        LOGGER.warn(
            "the transaction of {} was open for longer than {} and has been aborted",
            producer.transactionalId(),
            options.transactionTimeout());
        done++;
      }
    }
    long nowMs = options.clock().millis();
    if (nowMs - settledMs >= settleIntervalMs()) {
      settledMs = nowMs;
      sync();
      done++;
    }
    return done;
  }

  private long settleIntervalMs() {
    return switch (options.durability()) {
      case INTERVAL -> 1000;
      case COMMIT -> 5000;
      case OS -> 60_000;
    };
  }

  /** All but the transaction log, which settles the others. */
  private Collection<Partition> userPartitions() {
    return partitions.values().stream().filter(partition -> partition != transactionLog).toList();
  }

  /**
   * Closes the folder: open transactions are aborted, everything is forced, and what the next open
   * would have to gather is written down. Harmless if repeated.
   */
  @Override
  public void close() {
    synchronized (registering) {
      if (closed) {
        return;
      }
      closed = true;
      changes.move(); // whoever waits finds it closed
      try {
        if (!transactions.hasFailed()) {
          List.copyOf(transactions.producers()).forEach(TransactionalProducer::close);
          transactions.settle(this::userPartitions, 0);
        }
      } finally {
        try {
          closeLogs(partitions.values());
        } finally {
          lock.close();
        }
      }
    }
  }

  /** Closes all of them, even if one fails to. */
  private static void closeLogs(Collection<Partition> partitions) {
    RuntimeException failure = null;
    for (Partition partition : partitions) {
      try {
        partition.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the broker of %s is closed".formatted(folder));
    }
  }
}
