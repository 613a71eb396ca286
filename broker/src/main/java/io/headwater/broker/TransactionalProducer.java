package io.headwater.broker;

import io.headwater.broker.TransactionRecord.Holder;
import io.headwater.broker.TransactionRecord.Read;
import io.headwater.broker.Transactions.Part;
import io.headwater.log.record.BatchBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes to many partitions, and moves offsets of groups, as one: readers see all of a transaction
 * or nothing of it, now and after any crash. One transaction at a time.
 *
 * <p>A transactional id is held by its newest producer. An older one gets {@link
 * ProducerFencedException} from then on, and so does one whose transaction was open for too long.
 * Safe for many threads, one after another.
 */
public final class TransactionalProducer implements AutoCloseable {
  private enum State {
    READY,
    OPEN,
    /** Some partitions may have been told of the abort, others not. */
    ABORTING,
    FENCED,
    CLOSED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Broker broker;
  private final Transactions transactions;
  private final InstantSource clock;
  private final Holder holder;
  private final Map<TopicPartition, Part> parts = new HashMap<>();
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets = new TreeMap<>();
  private State state = State.READY;
  private String fencedWhy = "";
  private long beganMs;

  TransactionalProducer(
      Broker broker, Transactions transactions, InstantSource clock, Holder holder) {
    this.broker = broker;
    this.transactions = transactions;
    this.clock = clock;
    this.holder = holder;
  }

  public String transactionalId() {
    return holder.transactionalId();
  }

  /** The id that its batches carry. */
  public long producerId() {
    return holder.producerId();
  }

  /** The epoch that its batches carry: one more than that of the producer before it. */
  public short epoch() {
    return holder.epoch();
  }

  /**
   * Begins a transaction.
   *
   * @throws IllegalStateException if one is open, or the producer is closed
   * @throws ProducerFencedException if it is fenced
   */
  public void begin() {
    lock.lock();
    try {
      ensureUsable();
      if (hasTransaction()) {
        throw new IllegalStateException(
            "a transaction of %s is open already: commit or abort it first"
                .formatted(transactionalId()));
      }
      state = State.OPEN;
      beganMs = clock.millis();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends a batch to the open transaction and returns the offset of its first record. The batch's
   * producer fields are set here. The builder can be reset and used again once this returns.
   *
   * @throws UnknownTopicException if there is no such partition
   * @throws IllegalStateException if no transaction is open
   * @throws ProducerFencedException if the producer is fenced
   */
  public long append(TopicPartition partition, BatchBuilder batch) {
    lock.lock();
    try {
      ensureOpen();
      return append(broker.writable(partition), batch);
    } finally {
      lock.unlock();
    }
  }

  private long append(Partition partition, BatchBuilder batch) {
    Part part = parts.get(partition.id());
    if (part == null || part.partition != partition) {
      part = new Part(partition);
      parts.put(partition.id(), part);
    }
    batch.producer(holder.producerId(), holder.epoch(), part.sequenceNext, true);
    long base = partition.append(batch);
    part.sequenceNext = Sequences.plus(part.sequenceNext, batch.count());
    part.extend(base, batch.count());
    return base;
  }

  /**
   * Moves a group's offsets with the open transaction: they are committed with it, or not at all. A
   * position set twice counts as set last. A source that is no topic may be named.
   *
   * @throws IllegalArgumentException if an offset is past the end of its partition
   * @throws UnknownTopicException if a topic has no such partition
   */
  public void addOffsets(String group, Map<TopicPartition, OffsetAndMetadata> positions) {
    lock.lock();
    try {
      ensureOpen();
      broker.ensureCommittable(group, positions);
      offsets.computeIfAbsent(group, name -> new TreeMap<>()).putAll(positions);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Commits the open transaction. Once this returns it is visible, and survives what the broker's
   * {@link Durability} says.
   *
   * @throws RuntimeException if it could not be committed: it is still open, and can be aborted. If
   *     the broker refuses any further write, it may be committed: opening the folder again decides
   */
  public void commit() {
    lock.lock();
    try {
      ensureOpen();
      List<GroupOffsets.Update> updates = appendOffsets();
      List<Part> touched = touched();
      if (!touched.isEmpty()) {
        transactions.commit(holder, touched, inputs(), updates);
      }
      finished();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Aborts the open transaction: nobody sees its records, and its groups' offsets stay. If this
   * fails the transaction can only be aborted again.
   */
  public void abort() {
    lock.lock();
    try {
      if (state != State.ABORTING) {
        ensureOpen();
      }
      abortOpen();
    } finally {
      lock.unlock();
    }
  }

  /** Aborts a transaction that is open, and gives up the transactional id. Harmless if repeated. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (hasTransaction() && !transactions.hasFailed()) {
        abortOpen();
      }
      state = State.CLOSED;
      transactions.closed(this);
    } finally {
      lock.unlock();
    }
  }

  /** Aborts what is open, and refuses everything from now on. */
  void fence(String why) {
    lock.lock();
    try {
      if (hasTransaction()) {
        abortOpen();
      }
      if (state != State.CLOSED) {
        state = State.FENCED;
        fencedWhy = why;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Fences the producer if its transaction has been open for too long; false if it has not. */
  boolean fenceIfOlderThan(Duration timeout) {
    if (!lock.tryLock()) {
      return false; // it is being used, and maybe being committed, right now
    }
    try {
      long timeoutMs = TimeUnit.MILLISECONDS.convert(timeout); // the longest, if it is longer
      if (!hasTransaction() || clock.millis() - beganMs <= timeoutMs) {
        return false;
      }
      fence("its transaction was open for longer than %s and has been aborted".formatted(timeout));
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void abortOpen() {
    state = State.ABORTING;
    List<Part> touched = touched();
    if (!touched.isEmpty()) {
      transactions.abort(holder, touched);
    }
    finished();
  }

  private void finished() {
    parts.values().removeIf(part -> part.partition.isDeleted());
    parts.values().forEach(Part::clear);
    offsets.clear();
    state = State.READY;
  }

  private List<Part> touched() {
    return parts.values().stream()
        .filter(part -> part.isTouched() && !part.partition.isDeleted())
        .toList();
  }

  private List<GroupOffsets.Update> appendOffsets() {
    var updates = new ArrayList<GroupOffsets.Update>();
    offsets.forEach((group, positions) -> updates.addAll(GroupOffsets.updates(group, positions)));
    return GroupOffsets.append(
        updates, clock.millis(), batch -> append(broker.offsetsPartition(), batch));
  }

  /** How far it has read the partitions that are topics' own. */
  private List<Read> inputs() {
    var furthest = new TreeMap<TopicPartition, Long>();
    offsets
        .values()
        .forEach(
            positions ->
                positions.forEach(
                    (partition, position) ->
                        furthest.merge(partition, position.offset(), Math::max)));
    return broker.readsOf(furthest);
  }

  private boolean hasTransaction() {
    return state == State.OPEN || state == State.ABORTING;
  }

  private void ensureOpen() {
    ensureUsable();
    if (state == State.ABORTING) {
      throw new IllegalStateException(
          "aborting the transaction of %s has failed: abort it again".formatted(transactionalId()));
    }
    if (state != State.OPEN) {
      throw new IllegalStateException(
          "no transaction of %s is open: begin one first".formatted(transactionalId()));
    }
  }

  private void ensureUsable() {
    broker.ensureOpen();
    if (state == State.FENCED) {
      throw new ProducerFencedException(
          "the producer of %s is fenced: %s; make a new one"
              .formatted(transactionalId(), fencedWhy));
    }
    if (state == State.CLOSED) {
      throw new IllegalStateException("the producer of %s is closed".formatted(transactionalId()));
    }
  }
}
