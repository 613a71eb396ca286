package io.headwater.streams.runtime;

import io.headwater.state.StateStore;
import io.headwater.streams.errors.StreamsException;
import io.headwater.streams.operator.ObservedTime;
import io.headwater.streams.processor.Cancellable;
import io.headwater.streams.processor.Processor;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.PunctuationType;
import io.headwater.streams.processor.Punctuator;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.RecordMetadata;
import io.headwater.streams.processor.SkipReason;
import io.headwater.streams.processor.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One processor of one task, and the context that it sees. Each node has a context of its own, so
 * that forwarding is a call of the children and nothing else.
 */
final class ProcessorOperator extends Operator
    implements ProcessorContext<Object, Object>, ObservedTime.Keeper {
  private final TaskContext task;
  private final Processor<Object, Object, Object, Object> processor;
  private final Operator[] children;
  private final Map<String, StateStore> stores;

  ProcessorOperator(
      String name,
      TaskContext task,
      Processor<Object, Object, Object, Object> processor,
      Operator[] children,
      Map<String, StateStore> stores) {
    super(name);
    this.task = task;
    this.processor = processor;
    this.children = children;
    this.stores = stores;
  }

  void init() {
    try {
      processor.init(this);
    } catch (RuntimeException e) {
      throw wrapped(e);
    }
  }

  void close() {
    try {
      processor.close();
    } catch (RuntimeException e) {
      throw wrapped(e);
    }
  }

  @Override
  void process(Record<Object, Object> record) {
    try {
      processor.process(record);
    } catch (RuntimeException e) {
      throw wrapped(e);
    }
  }

  /** The exception as it came, if a node further down has put its name on it already. */
  private OperatorException wrapped(RuntimeException e) {
    return e instanceof OperatorException named ? named : new OperatorException(name(), e);
  }

  @Override
  @SuppressWarnings("unchecked") // a record is read-only, so one of K is one of Object
  public <K, V> void forward(Record<K, V> record) {
    var forwarded = (Record<Object, Object>) record;
    for (Operator child : children) {
      child.process(forwarded);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // a record is read-only, so one of K is one of Object
  public <K, V> void forward(Record<K, V> record, String childName) {
    child(childName).process((Record<Object, Object>) record);
  }

  private Operator child(String childName) {
    for (Operator child : children) {
      if (child.name().equals(childName)) {
        return child;
      }
    }
    throw new StreamsException(
        "node %s has no child named %s; its children are %s"
            .formatted(name(), childName, Stream.of(children).map(Operator::name).toList()));
  }

  @Override
  public String applicationId() {
    return task.applicationId();
  }

  @Override
  public TaskId taskId() {
    return task.id();
  }

  @Override
  public Optional<RecordMetadata> recordMetadata() {
    return task.recordMetadata();
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Kafka Streams' signature
  public <S extends StateStore> S getStateStore(String storeName) {
    StateStore store = stores.get(storeName);
    if (store == null) {
      throw new StreamsException(
          "no store named %s is connected to the node %s; connected are %s"
              .formatted(storeName, name(), stores.keySet().stream().sorted().toList()));
    }
    return (S) store;
  }

  @Override
  public Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
    long intervalMs = intervalMs(interval);
    long firstMs =
        switch (type) {
          case STREAM_TIME -> 0;
          case WALL_CLOCK_TIME -> task.nowMs() + intervalMs;
        };
    return schedule(firstMs, intervalMs, type, callback);
  }

  @Override
  public Cancellable schedule(
      Instant startTime, Duration interval, PunctuationType type, Punctuator callback) {
    long startMs = startTime.toEpochMilli();
    if (startMs < 0) {
      throw new IllegalArgumentException("startTime cannot be before the epoch, was " + startTime);
    }
    long intervalMs = intervalMs(interval);
    long currentMs =
        switch (type) {
          case STREAM_TIME -> task.streamTimeMs();
          case WALL_CLOCK_TIME -> task.nowMs();
        };
    long missed = startMs < currentMs ? (currentMs - startMs) / intervalMs + 1 : 0;
    return schedule(startMs + missed * intervalMs, intervalMs, type, callback);
  }

  private Cancellable schedule(
      long firstMs, long intervalMs, PunctuationType type, Punctuator callback) {
    return task.punctuations(type)
            .schedule(
                firstMs,
                intervalMs,
                timestampMs -> {
                  try {
                    callback.punctuate(timestampMs);
                  } catch (RuntimeException e) {
                    throw wrapped(e);
                  }
                })
        ::cancel;
  }

  private static long intervalMs(Duration interval) {
    long intervalMs = interval.toMillis();
    if (intervalMs < 1) {
      throw new IllegalArgumentException("the interval must be at least 1 ms, was " + interval);
    }
    return intervalMs;
  }

  @Override
  public void commit() {
    task.requestCommit();
  }

  @Override
  public long currentSystemTimeMs() {
    return task.nowMs();
  }

  @Override
  public long currentStreamTimeMs() {
    return task.streamTimeMs();
  }

  @Override
  public ObservedTime observedTime() {
    return task.observedTime(name());
  }

  @Override
  public void countSkipped(SkipReason reason) {
    task.countSkipped(name(), reason);
  }
}
