package io.headwater.log.transaction;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code <base offset>.txnindex} of a segment, in Kafka's bytes: the transactions whose
 * abort marker lies in that segment.
 */
public final class AbortedIndexFile {
  public static final String SUFFIX = ".txnindex";

  private static final short VERSION = 0;
  private static final int ENTRY_BYTES = 2 + 4 * 8;

  private AbortedIndexFile() {}

  public static byte[] format(List<AbortedTransaction> transactions) {
    var out = ByteBuffer.allocate(transactions.size() * ENTRY_BYTES);
    for (AbortedTransaction aborted : transactions) {
      out.putShort(VERSION)
          .putLong(aborted.producerId())
          .putLong(aborted.firstOffset())
          .putLong(aborted.lastOffset())
          .putLong(aborted.lastStableOffset());
    }
    return out.array();
  }

  /**
   * Empty if the bytes are not an index that this code can trust.
   *
   * @param from the segment's base offset
   * @param to the next segment's base offset, or the log's end
   */
  public static Optional<List<AbortedTransaction>> parse(byte[] bytes, long from, long to) {
    if (bytes.length % ENTRY_BYTES != 0) {
      return Optional.empty();
    }
    var in = ByteBuffer.wrap(bytes);
    var transactions = new ArrayList<AbortedTransaction>(bytes.length / ENTRY_BYTES);
    long previous = from - 1;
    while (in.hasRemaining()) {
      short version = in.getShort();
      var aborted = new AbortedTransaction(in.getLong(), in.getLong(), in.getLong(), in.getLong());
      boolean plausible =
          version == VERSION
              && aborted.lastOffset() > previous
              && aborted.lastOffset() < to
              && aborted.firstOffset() >= 0
              && aborted.firstOffset() < aborted.lastOffset();
      if (!plausible) {
        return Optional.empty();
      }
      previous = aborted.lastOffset();
      transactions.add(aborted);
    }
    return Optional.of(transactions);
  }
}
