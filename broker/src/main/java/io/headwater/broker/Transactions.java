package io.headwater.broker;

import io.headwater.broker.TransactionRecord.Commit;
import io.headwater.broker.TransactionRecord.Holder;
import io.headwater.broker.TransactionRecord.Read;
import io.headwater.broker.TransactionRecord.Written;
import io.headwater.log.OffsetRange;
import io.headwater.log.record.ControlType;
import io.headwater.log.storage.DiskFullException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides transactions, one group of them after another, and shows each as one.
 *
 * <p>The order of a commit, and why. Before it comes here, all it wrote and read has been forced
 * (durability {@code COMMIT}), so no record of a commit is ever on the disk without what it rests
 * on. Then its record is appended to the transaction log, and forced: from here on it is decided,
 * whatever happens. Then a marker goes to each partition, for readers of the log alone. Last, under
 * one lock, the stable offsets of all its partitions and its groups' offsets move: a reader that
 * takes several of them under that lock sees all of the commit or nothing.
 *
 * <p>Threads that commit at the same time queue up; whoever gets the lock decides for all that
 * queue, so that they share one force.
 *
 * <p>A failure before the record is appended leaves the transaction open: it can be aborted, or
 * committed again. After that the broker stops taking writes, because what was decided has not been
 * carried out; opening the folder again does so.
 */
final class Transactions {
  /** A transaction's records in one partition. */
  static final class Part {
    final Partition partition;
    int sequenceNext;
    private long from = -1;
    private long to = -1;

    Part(Partition partition) {
      this.partition = partition;
    }

    /** Whether the open transaction has records here. */
    boolean isTouched() {
      return from >= 0;
    }

    void extend(long base, int count) {
      from = from < 0 ? base : from;
      to = base + count;
    }

    OffsetRange range() {
      return new OffsetRange(from, to);
    }

    void clear() {
      from = -1;
      to = -1;
    }
  }

  /** A transaction that asks to be committed. */
  private static final class Request {
    final Commit commit;
    final List<Part> parts;
    final List<GroupOffsets.Update> offsets;
    boolean done;
    @Nullable RuntimeException failure;

    Request(Commit commit, List<Part> parts, List<GroupOffsets.Update> offsets) {
      this.commit = commit;
      this.parts = parts;
      this.offsets = offsets;
    }

    void finish(@Nullable RuntimeException why) {
      if (!done) {
        done = true;
        failure = why;
      }
    }
  }

  private final InstantSource clock;
  private final Durability durability;
  private final Partition log;
  private final GroupOffsets groupOffsets;
  private final ChangeSignal changes;
  private final ReentrantReadWriteLock shown;

  private final ReentrantLock deciding = new ReentrantLock();
  private final ConcurrentLinkedQueue<Request> queue = new ConcurrentLinkedQueue<>();
  private final Map<String, TransactionalProducer> producers = new ConcurrentHashMap<>();

  /** Guarded by {@link #deciding}. */
  private final TransactionState state;

  private final Settling settling;
  private final AtomicLong producerIdNext;

  private volatile @Nullable Throwable failure;

  Transactions(
      BrokerOptions options,
      Partition log,
      TransactionState state,
      long producerIdNext,
      GroupOffsets groupOffsets,
      ChangeSignal changes,
      ReentrantReadWriteLock shown) {
    this.clock = options.clock();
    this.durability = options.durability();
    this.log = log;
    this.state = state;
    this.producerIdNext = new AtomicLong(producerIdNext);
    this.groupOffsets = groupOffsets;
    this.changes = changes;
    this.shown = shown;
    this.settling =
        new Settling(clock, log, state, groupOffsets, this.producerIdNext::get, deciding);
  }

  /** As {@link Settling#betweenCommits}. */
  void betweenCommits(Runnable action) {
    settling.betweenCommits(action);
  }

  /** As {@link Settling#settle}. */
  void settle(Supplier<Collection<Partition>> all, long saveAfterBytes) {
    ensureNotFailed();
    settling.settle(all, saveAfterBytes);
  }

  void ensureNotFailed() {
    Throwable cause = failure;
    if (cause != null) {
      throw new BrokerException(
          "the broker takes no more writes since a commit could not be finished: %s; close it and open it again"
              .formatted(cause.getMessage()),
          cause);
    }
  }

  boolean hasFailed() {
    return failure != null;
  }

  long newProducerId() {
    return producerIdNext.getAndIncrement();
  }

  /** Notes an id that was not given out here, so that it never is. */
  void seenProducerId(long id) {
    if (id >= producerIdNext.get()) {
      producerIdNext.accumulateAndGet(id + 1, Math::max);
    }
  }

  synchronized TransactionalProducer open(Broker broker, String transactionalId) {
    TransactionalProducer earlier = producers.get(transactionalId);
    if (earlier != null) {
      earlier.fence("a newer producer of %s has been made".formatted(transactionalId));
    }
    ensureNotFailed();
    Holder holder;
    deciding.lock();
    try {
      holder = nextHolder(broker, transactionalId);
      TransactionRecord.append(List.of(holder), clock.millis(), log::append);
      state.replay(0, holder);
    } finally {
      deciding.unlock();
    }
    var producer = new TransactionalProducer(broker, this, clock, holder);
    producers.put(transactionalId, producer);
    return producer;
  }

  private Holder nextHolder(Broker broker, String transactionalId) {
    Holder last = state.holders().get(transactionalId);
    if (last != null) {
      // A power cut may have taken the record of the last holder, but not all that it wrote.
      int epoch = Math.max(last.epoch(), broker.epochOf(last.producerId())) + 1;
      if (epoch < Short.MAX_VALUE) {
        return new Holder(transactionalId, last.producerId(), (short) epoch);
      }
    }
    return new Holder(transactionalId, newProducerId(), (short) 0);
  }

  void closed(TransactionalProducer producer) {
    producers.remove(producer.transactionalId(), producer);
  }

  /** The producers that are there now. */
  Collection<TransactionalProducer> producers() {
    return producers.values();
  }

  /** Decides a transaction and shows it. When it returns, the commit is acknowledged. */
  void commit(Holder holder, List<Part> parts, List<Read> read, List<GroupOffsets.Update> offsets) {
    ensureNotFailed();
    var written = new ArrayList<Written>(parts.size());
    for (Part part : parts) {
      written.add(new Written(part.partition.number(), part.range()));
      if (durability == Durability.COMMIT) {
        part.partition.force(part.range().to());
      }
    }
    var request =
        new Request(
            new Commit(
                holder.transactionalId(), holder.producerId(), holder.epoch(), written, read),
            parts,
            offsets);
    queue.add(request);
    deciding.lock();
    try {
      if (!request.done) {
        commitQueued();
      }
    } finally {
      deciding.unlock();
    }
    if (request.failure != null) {
      throw request.failure;
    }
  }

  private void commitQueued() {
    var requests = new ArrayList<Request>();
    for (Request next = queue.poll(); next != null; next = queue.poll()) {
      requests.add(next);
    }
    try {
      decide(requests);
    } catch (RuntimeException | Error e) {
      failure = e;
      var unfinished =
          new BrokerException(
              "a commit may be decided but could not be finished: %s; close the broker and open it again to find out"
                  .formatted(e.getMessage()),
              e);
      requests.forEach(request -> request.finish(unfinished));
      if (e instanceof Error error) {
        throw error;
      }
      return;
    }
    changes.move();
  }

  private void decide(List<Request> requests) {
    List<Request> decided = appendDecisions(requests);
    if (decided.isEmpty()) {
      return;
    }
    if (durability == Durability.COMMIT) {
      log.force(log.endOffset());
    }
    for (Request request : decided) {
      Commit commit = request.commit;
      for (Part part : request.parts) {
        endIn(part.partition, ControlType.COMMIT, commit.producerId(), commit.epoch());
      }
    }
    shown.writeLock().lock();
    try {
      for (Request request : decided) {
        request.parts.forEach(Transactions::release);
        groupOffsets.apply(request.offsets);
      }
    } finally {
      shown.writeLock().unlock();
    }
    decided.forEach(request -> request.finish(null));
  }

  /** Returns those whose record was appended; the others may be tried again. */
  private List<Request> appendDecisions(List<Request> requests) {
    var records = new Batches(log::append);
    try {
      ensureNotFailed();
      for (Request request : requests) {
        records.add(clock.millis(), request.commit.key(), request.commit.value());
      }
      records.flush();
    } catch (DiskFullException | BrokerException e) {
      requests
          .subList(records.offsets().size(), requests.size())
          .forEach(request -> request.finish(e));
    }
    return requests.subList(0, records.offsets().size());
  }

  private void endIn(Partition partition, ControlType type, long producerId, short epoch) {
    if (!partition.isDeleted()) {
      partition.end(type, producerId, epoch, clock.millis());
    }
  }

  private static void release(Part part) {
    if (!part.partition.isDeleted()) {
      part.partition.release(part.range().from());
    }
  }

  /** Appends offsets outside of any transaction, and shows them. */
  void appendOffsets(Partition target, List<GroupOffsets.Update> offsets) {
    deciding.lock(); // what is saved of the groups has all records below its offset
    try {
      List<GroupOffsets.Update> placed =
          GroupOffsets.append(offsets, clock.millis(), target::append);
      if (durability == Durability.COMMIT) {
        target.forceAll();
      }
      shown.writeLock().lock();
      try {
        groupOffsets.apply(placed);
      } finally {
        shown.writeLock().unlock();
      }
    } finally {
      deciding.unlock();
    }
  }

  /** Aborts a transaction. */
  void abort(Holder holder, List<Part> parts) {
    ensureNotFailed();
    deciding.lock();
    try {
      for (Part part : parts) {
        endIn(part.partition, ControlType.ABORT, holder.producerId(), holder.epoch());
      }
      shown.writeLock().lock();
      try {
        parts.forEach(Transactions::release);
      } finally {
        shown.writeLock().unlock();
      }
    } finally {
      deciding.unlock();
    }
    changes.move(); // what others wrote behind it can be seen now
  }
}
