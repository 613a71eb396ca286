package io.headwater.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.log.OffsetRange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A record of {@code __transaction_state}. The package description has the bytes. */
sealed interface TransactionRecord {
  /** A producer took a transactional id; earlier producers of it are fenced. */
  record Holder(String transactionalId, long producerId, short epoch) implements TransactionRecord {
    @Override
    public byte[] key() {
      return idKey(transactionalId);
    }

    @Override
    public byte[] value() {
      return Bytes.of(
          out -> {
            out.writeByte(VERSION);
            out.writeByte(STATE_HELD);
            out.writeLong(producerId);
            out.writeShort(epoch);
          });
    }
  }

  /**
   * A transaction is committed. Its place in the log is its place in the order of all commits.
   *
   * @param written where its records are
   * @param read how far it had read; it stands only while what it read is there
   */
  record Commit(
      String transactionalId, long producerId, short epoch, List<Written> written, List<Read> read)
      implements TransactionRecord {
    @Override
    public byte[] key() {
      return idKey(transactionalId);
    }

    @Override
    public byte[] value() {
      return Bytes.of(
          out -> {
            out.writeByte(VERSION);
            out.writeByte(STATE_COMMITTED);
            out.writeLong(producerId);
            out.writeShort(epoch);
            out.writeInt(written.size());
            for (Written part : written) {
              out.writeLong(part.partition().topic());
              out.writeInt(part.partition().partition());
              out.writeLong(part.range().from());
              out.writeLong(part.range().to());
            }
            out.writeInt(read.size());
            for (Read part : read) {
              out.writeLong(part.partition().topic());
              out.writeInt(part.partition().partition());
              out.writeLong(part.to());
            }
          });
    }
  }

  /** A partition by its topic's number. */
  record PartitionNumber(long topic, int partition) {}

  /** The offsets of a transaction's records in one partition; others' may lie between them. */
  record Written(PartitionNumber partition, OffsetRange range) {}

  /** How far a transaction had read a partition, exclusive. */
  record Read(PartitionNumber partition, long to) {}

  /**
   * Commits whose record is below an offset are complete, markers included, and forced.
   *
   * @param producerIdNext no producer id from here on has been given out
   */
  record Settled(long below, long producerIdNext) implements TransactionRecord {
    @Override
    public byte[] key() {
      return new byte[] {KIND_SETTLED};
    }

    @Override
    public byte[] value() {
      return Bytes.of(
          out -> {
            out.writeByte(VERSION);
            out.writeLong(below);
            out.writeLong(producerIdNext);
          });
    }
  }

  /** In a partition, every commit marker below an offset is that of a settled commit. */
  record SettledPartition(PartitionNumber partition, long below) implements TransactionRecord {
    @Override
    public byte[] key() {
      return Bytes.of(
          out -> {
            out.writeByte(KIND_SETTLED_PARTITION);
            out.writeLong(partition.topic());
            out.writeInt(partition.partition());
          });
    }

    @Override
    public byte[] value() {
      return Bytes.of(
          out -> {
            out.writeByte(VERSION);
            out.writeLong(below);
          });
    }
  }

  /** Commits whose record lies in a range are taken back: they count as aborted. */
  record TakenBack(OffsetRange range) implements TransactionRecord {
    @Override
    public byte[] key() {
      return Bytes.of(
          out -> {
            out.writeByte(KIND_TAKEN_BACK);
            out.writeLong(range.from());
          });
    }

    @Override
    public byte[] value() {
      return Bytes.of(
          out -> {
            out.writeByte(VERSION);
            out.writeLong(range.to());
          });
    }
  }

  byte VERSION = 1;
  byte KIND_ID = 0;
  byte KIND_SETTLED = 1;
  byte KIND_SETTLED_PARTITION = 2;
  byte KIND_TAKEN_BACK = 3;
  byte STATE_HELD = 0;
  byte STATE_COMMITTED = 1;

  byte[] key();

  byte[] value();

  /** Appends records to a transaction log. */
  static void append(List<? extends TransactionRecord> records, long nowMs, Batches.Target target) {
    var batches = new Batches(target);
    records.forEach(record -> batches.add(nowMs, record.key(), record.value()));
    batches.flush();
  }

  private static byte[] idKey(String transactionalId) {
    return Bytes.of(
        out -> {
          out.writeByte(KIND_ID);
          out.write(transactionalId.getBytes(UTF_8));
        });
  }

  /**
   * Reads a record back.
   *
   * @throws BrokerException if it is of a newer version, or damaged
   */
  static TransactionRecord parse(byte[] keyBytes, byte[] valueBytes) {
    var key = ByteBuffer.wrap(keyBytes);
    var value = ByteBuffer.wrap(valueBytes);
    try {
      byte kind = key.get();
      byte version = value.get();
      if (version != VERSION) {
        throw new BrokerException(
            "a record of %s has version %d, and this Headwater reads up to %d; use a newer one"
                .formatted(Topic.TRANSACTIONS, version, VERSION));
      }
      return switch (kind) {
        case KIND_ID -> parseState(key, value);
        case KIND_SETTLED -> new Settled(value.getLong(), value.getLong());
        case KIND_SETTLED_PARTITION -> new SettledPartition(parsePartition(key), value.getLong());
        case KIND_TAKEN_BACK -> new TakenBack(new OffsetRange(key.getLong(), value.getLong()));
        default ->
            throw new BrokerException(
                "a record of %s is of the unknown kind %d".formatted(Topic.TRANSACTIONS, kind));
      };
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new BrokerException(
          "a record of %s cannot be read: key of %d bytes, value of %d"
              .formatted(Topic.TRANSACTIONS, keyBytes.length, valueBytes.length),
          e);
    }
  }

  private static TransactionRecord parseState(ByteBuffer key, ByteBuffer value) {
    String id = UTF_8.decode(key).toString();
    byte state = value.get();
    long producerId = value.getLong();
    short epoch = value.getShort();
    return switch (state) {
      case STATE_HELD -> new Holder(id, producerId, epoch);
      case STATE_COMMITTED -> {
        int writtenCount = value.getInt();
        var written = new ArrayList<Written>(Math.min(writtenCount, value.remaining()));
        for (int i = 0; i < writtenCount; i++) {
          written.add(
              new Written(
                  parsePartition(value), new OffsetRange(value.getLong(), value.getLong())));
        }
        int readCount = value.getInt();
        var read = new ArrayList<Read>(Math.min(readCount, value.remaining()));
        for (int i = 0; i < readCount; i++) {
          read.add(new Read(parsePartition(value), value.getLong()));
        }
        yield new Commit(id, producerId, epoch, written, read);
      }
      default ->
          throw new BrokerException(
              "transactional id %s has the unknown state %d".formatted(id, state));
    };
  }

  private static PartitionNumber parsePartition(ByteBuffer in) {
    return new PartitionNumber(in.getLong(), in.getInt());
  }
}
