package io.headwater.benchmarks.workload;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/** Goes over the records of an output topic, each partition in its order. For one thread. */
public abstract class OutcomeFold {
  private final CRC32C crc = new CRC32C();
  private long records;

  OutcomeFold() {}

  /** Takes in one record; the arrays are the fold's to keep. */
  public final void accept(byte[] key, byte[] value) {
    records++;
    add(key, value);
  }

  abstract void add(byte[] key, byte[] value);

  public abstract Outcome outcome();

  final long records() {
    return records;
  }

  /** A number for one record, mixed so that a sum of them tells sets of records apart. */
  final long hash(byte[] key, byte[] value) {
    long bits = crc(key) << 32 | crc(value);
    return Mixing.mixed(bits);
  }

  private long crc(byte[] bytes) {
    crc.reset();
    crc.update(bytes, 0, bytes.length);
    return crc.getValue();
  }

  /** Every record counts. */
  static final class OfEvents extends OutcomeFold {
    private long checksum;

    @Override
    void add(byte[] key, byte[] value) {
      checksum += hash(key, value);
    }

    @Override
    public Outcome outcome() {
      return new Outcome(records(), 0, checksum);
    }
  }

  /** Only the last record of each key counts. */
  static final class OfTable extends OutcomeFold {
    private final Map<ByteBuffer, byte[]> rows = new HashMap<>();

    @Override
    void add(byte[] key, byte[] value) {
      rows.put(ByteBuffer.wrap(key), value);
    }

    @Override
    public Outcome outcome() {
      long checksum = 0;
      for (Map.Entry<ByteBuffer, byte[]> row : rows.entrySet()) {
        checksum += hash(row.getKey().array(), row.getValue());
      }
      return new Outcome(records(), rows.size(), checksum);
    }
  }
}
