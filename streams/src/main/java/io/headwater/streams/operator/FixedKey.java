package io.headwater.streams.operator;

import io.headwater.state.StateStore;
import io.headwater.streams.processor.Cancellable;
import io.headwater.streams.processor.FixedKeyProcessor;
import io.headwater.streams.processor.FixedKeyProcessorContext;
import io.headwater.streams.processor.FixedKeyRecord;
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
import java.util.Optional;

/** Runs a fixed-key processor where any other can run. */
public final class FixedKey<K, V, VR> implements Processor<K, V, K, VR> {
  private final FixedKeyProcessor<K, V, VR> processor;

  public FixedKey(FixedKeyProcessor<K, V, VR> processor) {
    this.processor = processor;
  }

  @Override
  public void init(ProcessorContext<K, VR> context) {
    processor.init(new Context<>(context));
  }

  @Override
  public void process(Record<K, V> record) {
    processor.process(FixedKeyRecord.of(record));
  }

  @Override
  public void close() {
    processor.close();
  }

  private record Context<KForward, VForward>(ProcessorContext<KForward, VForward> inner)
      implements FixedKeyProcessorContext<KForward, VForward> {
    @Override
    public <K extends KForward, V extends VForward> void forward(FixedKeyRecord<K, V> record) {
      inner.forward(record.toRecord());
    }

    @Override
    public <K extends KForward, V extends VForward> void forward(
        FixedKeyRecord<K, V> record, String childName) {
      inner.forward(record.toRecord(), childName);
    }

    @Override
    public String applicationId() {
      return inner.applicationId();
    }

    @Override
    public TaskId taskId() {
      return inner.taskId();
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
      return inner.recordMetadata();
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // the interface's signature
    public <S extends StateStore> S getStateStore(String name) {
      return inner.getStateStore(name);
    }

    @Override
    public Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
      return inner.schedule(interval, type, callback);
    }

    @Override
    public Cancellable schedule(
        Instant startTime, Duration interval, PunctuationType type, Punctuator callback) {
      return inner.schedule(startTime, interval, type, callback);
    }

    @Override
    public void commit() {
      inner.commit();
    }

    @Override
    public long currentSystemTimeMs() {
      return inner.currentSystemTimeMs();
    }

    @Override
    public long currentStreamTimeMs() {
      return inner.currentStreamTimeMs();
    }

    @Override
    public void countSkipped(SkipReason reason) {
      inner.countSkipped(reason);
    }
  }
}
