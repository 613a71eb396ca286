package io.headwater.state.bytes;

import io.headwater.broker.BrokerView;
import io.headwater.broker.FetchedRecords;
import io.headwater.broker.IsolationLevel;
import io.headwater.broker.TopicPartition;
import io.headwater.log.record.BatchBuilder;
import io.headwater.log.record.RecordReader;
import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.LogException;
import io.headwater.serde.Headers;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A changelog that is a partition of a topic: a record's value is the store's value as it is. */
public final class TopicChangelog implements Changelog {
  private static final int REPLAY_BYTES = 1 << 20;

  private final BrokerView broker;
  private final TopicPartition partition;
  private final Appender appender;
  private final Runnable forcer;
  private final BatchBuilder batch = new BatchBuilder();

  /** How a changelog that is owned is written. */
  @FunctionalInterface
  public interface Appender {
    /** Appends the batch under the owner's transaction, and leaves in the builder where it is. */
    void append(TopicPartition partition, BatchBuilder batch);
  }

  /**
   * The changelog of a store that this process owns.
   *
   * @param forcer forces what is committed
   */
  public TopicChangelog(
      BrokerView broker, TopicPartition partition, Appender appender, Runnable forcer) {
    this.broker = broker;
    this.partition = partition;
    this.appender = appender;
    this.forcer = forcer;
  }

  /** The changelog of a store that is only looked at. */
  public static TopicChangelog readOnly(BrokerView broker, TopicPartition partition) {
    return new TopicChangelog(
        broker,
        partition,
        (target, changes) -> {
          throw new UnsupportedOperationException("changelog " + target + " is only read here");
        },
        () -> {});
  }

  @Override
  public String topic() {
    return partition.topic();
  }

  @Override
  public int partition() {
    return partition.partition();
  }

  @Override
  public void append(List<Change> changes, Places places) {
    batch.reset();
    for (Change change : changes) {
      batch.append(change.timestampMs(), change.key(), change.value(), Headers.EMPTY);
    }
    appender.append(partition, batch);
    int start = Math.toIntExact(batch.segmentPosition());
    for (int i = 0; i < changes.size(); i++) {
      int from = batch.recordPosition(i);
      int to = i + 1 < changes.size() ? batch.recordPosition(i + 1) : batch.sizeInBytes();
      places.placed(i, batch.segmentBase(), start + from, to - from);
    }
  }

  @Override
  public PlacedRecord read(long segmentBase, int position, int sizeBytes) {
    try {
      byte[] bytes = broker.readAt(partition, segmentBase, position, sizeBytes);
      var reader = new RecordReader();
      reader.resetToRecord(bytes, 0, bytes.length, 0, 0);
      byte[] key = reader.key();
      if (key == null || reader.sizeInBytes() != sizeBytes) {
        throw new CorruptStoreException(
            "%s, segment %d, position %d: a record of %d bytes with a key was expected, found %d bytes"
                .formatted(partition, segmentBase, position, sizeBytes, reader.sizeInBytes()));
      }
      return new PlacedRecord(key, reader.value());
    } catch (CorruptLogException e) {
      throw new CorruptStoreException(
          "%s, segment %d, position %d: there is no record: %s"
              .formatted(partition, segmentBase, position, e.getMessage()),
          e);
    } catch (LogException e) {
      throw new StoreException(
          "%s, segment %d, position %d: a record of %d bytes could not be read: %s"
              .formatted(partition, segmentBase, position, sizeBytes, e.getMessage()),
          e);
    }
  }

  @Override
  public long start() {
    return broker.startOffset(partition);
  }

  @Override
  public long committedEnd() {
    return broker.endOffset(partition, IsolationLevel.READ_COMMITTED);
  }

  @Override
  public void force() {
    forcer.run();
  }

  @Override
  public String toString() {
    return partition.toString();
  }

  @Override
  public Replay replay(long fromOffset) {
    return new Records(fromOffset, committedEnd());
  }

  private final class Records implements Replay {
    private final FetchedRecords records = new FetchedRecords();
    private final long end;
    private long nextOffset;
    private boolean fetched;

    private Records(long from, long end) {
      nextOffset = from;
      this.end = end;
    }

    @Override
    public boolean next() {
      while (true) {
        if (fetched && records.next()) {
          if (records.keySize() < 0) {
            throw new CorruptStoreException(
                "%s, offset %d: the record has no key".formatted(partition, records.offset()));
          }
          if (records.position() < 0) {
            throw new CorruptStoreException(
                "%s, offset %d: the batch is compressed, but a store reads single records of its changelog; write it uncompressed"
                    .formatted(partition, records.offset()));
          }
          return true;
        }
        if (fetched) {
          nextOffset = records.nextOffset();
          fetched = false;
        }
        if (nextOffset >= end) {
          return false;
        }
        broker.fetch(partition, nextOffset, REPLAY_BYTES, IsolationLevel.READ_COMMITTED, records);
        if (records.isEmpty()) {
          nextOffset = Math.max(end, records.nextOffset());
          return false;
        }
        fetched = true;
      }
    }

    @Override
    public byte[] key() {
      return Objects.requireNonNull(records.key(), "a record without a key is refused");
    }

    @Override
    public byte @Nullable [] value() {
      return records.value();
    }

    @Override
    public boolean isTombstone() {
      return records.valueSize() < 0;
    }

    @Override
    public long timestampMs() {
      return records.timestampMs();
    }

    @Override
    public long segmentBase() {
      return records.segmentBase();
    }

    @Override
    public int position() {
      return records.position();
    }

    @Override
    public int sizeBytes() {
      return records.sizeInBytes();
    }

    @Override
    public long nextOffset() {
      return nextOffset;
    }
  }
}
