package io.headwater.streams.operator;

import io.headwater.state.StateStore;
import io.headwater.streams.processor.Cancellable;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.PunctuationType;
import io.headwater.streams.processor.Punctuator;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.RecordMetadata;
import io.headwater.streams.processor.SkipReason;
import io.headwater.streams.processor.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Keeps what an operator forwards and counts. */
final class RecordingContext<K, V> implements ProcessorContext<K, V>, ObservedTime.Keeper {
  final List<Record<K, V>> forwarded = new ArrayList<>();
  final List<String> children = new ArrayList<>();
  final Map<SkipReason, Integer> skipped = new EnumMap<>(SkipReason.class);
  final Map<String, StateStore> stores = new HashMap<>();

  /** What was forwarded since the last call. */
  List<Record<K, V>> take() {
    var taken = List.copyOf(forwarded);
    forwarded.clear();
    return taken;
  }

  @Override
  @SuppressWarnings("unchecked") // a record is read-only, so one of a subtype is one of the type
  public <KF extends K, VF extends V> void forward(Record<KF, VF> record) {
    forwarded.add((Record<K, V>) record);
  }

  @Override
  public <KF extends K, VF extends V> void forward(Record<KF, VF> record, String childName) {
    forward(record);
    children.add(childName);
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the interface's signature
  public <S extends StateStore> S getStateStore(String name) {
    return (S) Objects.requireNonNull(stores.get(name));
  }

  @Override
  public void countSkipped(SkipReason reason) {
    skipped.merge(reason, 1, Integer::sum);
  }

  @Override
  public String applicationId() {
    return "app";
  }

  @Override
  public TaskId taskId() {
    return new TaskId(0, 0);
  }

  @Override
  public Optional<RecordMetadata> recordMetadata() {
    return Optional.empty();
  }

  @Override
  public Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Cancellable schedule(
      Instant startTime, Duration interval, PunctuationType type, Punctuator callback) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ObservedTime observedTime() {
    return new ObservedTime(-1);
  }

  @Override
  public void commit() {}

  @Override
  public long currentSystemTimeMs() {
    return 0;
  }

  @Override
  public long currentStreamTimeMs() {
    return -1;
  }
}
