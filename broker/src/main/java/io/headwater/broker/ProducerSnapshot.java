package io.headwater.broker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file {@code <offset>.snapshot}, in Kafka's bytes: the producers of a partition as its batches
 * below that offset leave them.
 */
final class ProducerSnapshot {
  static final String SUFFIX = ".snapshot";

  private static final short VERSION = 1;
  private static final int HEADER_BYTES = 2 + 4;
  private static final int ENTRY_BYTES = 8 + 2 + 4 + 8 + 4 + 8 + 4 + 8;

  private ProducerSnapshot() {}

  static byte[] format(List<ProducerEntry> entries) {
    var out = ByteBuffer.allocate(HEADER_BYTES + 4 + entries.size() * ENTRY_BYTES);
    out.position(HEADER_BYTES);
    out.putInt(entries.size());
    for (ProducerEntry entry : entries) {
      ProducerEntry.Batch last = entry.lastBatch();
      out.putLong(entry.id())
          .putShort(entry.epoch())
          .putInt(last.lastSequence())
          .putLong(last.lastOffset())
          .putInt(last.offsetDelta())
          .putLong(last.maxTimestampMs())
          .putInt(entry.coordinatorEpoch())
          .putLong(entry.transactionFirst());
    }
    out.putShort(0, VERSION).putInt(2, crc(out.array()));
    return out.array();
  }

  /** Empty if the bytes are not a snapshot that this code can trust. */
  static Optional<List<ProducerEntry>> parse(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES + 4
        || in.getShort() != VERSION
        || in.getInt() != crc(bytes)
        || in.remaining() != 4 + (long) in.getInt(in.position()) * ENTRY_BYTES) {
      return Optional.empty();
    }
    int count = in.getInt();
    var entries = new ArrayList<ProducerEntry>(count);
    for (int i = 0; i < count; i++) {
      long id = in.getLong();
      short epoch = in.getShort();
      var last = new ProducerEntry.Batch(in.getInt(), in.getLong(), in.getInt(), in.getLong());
      entries.add(ProducerEntry.restored(id, epoch, last, in.getInt(), in.getLong()));
    }
    return Optional.of(entries);
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    return (int) crc.getValue();
  }
}
