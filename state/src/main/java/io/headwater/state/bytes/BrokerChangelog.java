package io.headwater.state.bytes;

import io.headwater.broker.Broker;
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

/** A changelog that is a partition of a broker's topic. */
public final class BrokerChangelog implements Changelog {
  private static final int REPLAY_BYTES = 1 << 20;

  private final BrokerView broker;
  private final TopicPartition partition;
  private final Appender appender;
  private final Runnable forcing;
  private final BatchBuilder batch = new BatchBuilder();

  /**
   * Appends under the owner's open transaction, as {@link
   * io.headwater.broker.TransactionalProducer#append} does.
   */
  @FunctionalInterface
  public interface Appender {
    /** Appends the batch and returns the offset of its first record. */
    long append(TopicPartition partition, BatchBuilder batch);
  }

  private BrokerChangelog(
      BrokerView broker, TopicPartition partition, Appender appender, Runnable forcing) {
    this.broker = broker;
    this.partition = partition;
    this.appender = appender;
    this.forcing = forcing;
  }

  /** The changelog of a store that this process owns. */
  public static BrokerChangelog of(Broker broker, TopicPartition partition, Appender appender) {
    return new BrokerChangelog(broker, partition, appender, broker::sync);
  }

  /** The changelog of a store that is only looked at; an append or a force is refused. */
  public static BrokerChangelog readOnly(BrokerView broker, TopicPartition partition) {
    Runnable refusal =
        () -> {
          throw new IllegalStateException(partition + " is open for reading only");
        };
    return new BrokerChangelog(
        broker,
        partition,
        (refused, batch) -> {
          refusal.run();
          return -1;
        },
        refusal);
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
    int end = batch.sizeInBytes();
    for (int i = changes.size() - 1; i >= 0; i--) {
      int start = batch.recordPosition(i);
      places.placed(i, batch.segmentBase(), batch.segmentPosition() + start, end - start);
      end = start;
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
  public Replay replay(long fromOffset) {
    return new Cursor(fromOffset, committedEnd());
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
    forcing.run();
  }

  @Override
  public String toString() {
    return partition.toString();
  }

  /** Reads the partition in pieces, up to where it ended when the cursor was made. */
  private final class Cursor implements Replay {
    private final FetchedRecords records = new FetchedRecords();
    private final long end;
    private long nextOffset;
    private boolean fetched;

    Cursor(long from, long end) {
      nextOffset = from;
      this.end = end;
    }

    @Override
    public boolean next() {
      while (true) {
        if (fetched && records.next()) {
          if (records.offset() >= end) {
            fetched = false;
            nextOffset = end;
            return false;
          }
          if (records.keySize() >= 0) {
            return true;
          }
          continue;
        }
        if (fetched) {
          nextOffset = Math.max(nextOffset, records.nextOffset());
        }
        if (nextOffset >= end) {
          fetched = false;
          return false;
        }
        broker.fetch(partition, nextOffset, REPLAY_BYTES, IsolationLevel.READ_COMMITTED, records);
        if (records.isEmpty()) {
          fetched = false;
          nextOffset = end;
          return false;
        }
        fetched = true;
      }
    }

    @Override
    public byte[] key() {
      return Objects.requireNonNull(records.key(), "a record without a key is passed over");
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
