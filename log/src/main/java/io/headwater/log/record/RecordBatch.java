package io.headwater.log.record;

import java.util.zip.CRC32C;

/**
 * A view of one batch in a byte array, which can be moved to another one. Only the header's 61
 * bytes need to be there, except for {@link #hasValidCrc} and {@link #controlType}. Not safe for
 * many threads, and only as long as the array is not changed.
 */
public final class RecordBatch {
  /** The size of a batch without records. */
  public static final int HEADER_BYTES = 61;

  /** The size of the fields that say where a batch begins and ends: base offset and length. */
  public static final int SIZED_BYTES = 12;

  static final int BASE_OFFSET = 0;
  static final int LENGTH = 8;
  static final int LEADER_EPOCH = 12;
  static final int MAGIC = 16;
  static final int CRC = 17;
  static final int ATTRIBUTES = 21;
  static final int LAST_OFFSET_DELTA = 23;
  static final int BASE_TIMESTAMP = 27;
  static final int MAX_TIMESTAMP = 35;
  static final int PRODUCER_ID = 43;
  static final int PRODUCER_EPOCH = 51;
  static final int BASE_SEQUENCE = 53;
  static final int COUNT = 57;

  static final int COMPRESSION_MASK = 0x07;
  static final int APPEND_TIME = 0x08;
  static final int TRANSACTIONAL = 0x10;
  static final int CONTROL = 0x20;
  static final int DELETE_HORIZON = 0x40;

  /**
   * Where the type of an end marker is: after the header come the record's length, attributes, time
   * and offset deltas and key length, one byte each, and the key's version.
   */
  static final int MARKER_TYPE = HEADER_BYTES + 5 + 2;

  private final CRC32C crc = new CRC32C();
  private byte[] bytes = {};
  private int position;

  /** Moves the view to the batch that starts at a position, and returns it. */
  public RecordBatch at(byte[] batchBytes, int batchPosition) {
    bytes = batchBytes;
    position = batchPosition;
    return this;
  }

  /** The array that the batch is in. */
  public byte[] array() {
    return bytes;
  }

  /** Where in the array it starts. */
  public int position() {
    return position;
  }

  /**
   * What is wrong with the header, or the empty string if it can be one: the magic is 2 and the
   * length, counts and offsets fit each other. Says nothing about the checksum.
   */
  public String headerFault() {
    if (mayBeHeader()) {
      return "";
    }
    int length = Bytes.getInt(bytes, position + LENGTH);
    if (length < HEADER_BYTES - SIZED_BYTES || length > Integer.MAX_VALUE - SIZED_BYTES) {
      return "a batch's length field is %d, at least %d was expected"
          .formatted(length, HEADER_BYTES - SIZED_BYTES);
    }
    if (bytes[position + MAGIC] != 2) {
      return "a batch's magic is %d, 2 was expected".formatted(bytes[position + MAGIC]);
    }
    return "a batch has base offset %d, last offset %d and %d records, which cannot be"
        .formatted(baseOffset(), lastOffset(), count());
  }

  /** Whether {@link #headerFault} finds nothing wrong. */
  public boolean mayBeHeader() {
    int length = Bytes.getInt(bytes, position + LENGTH);
    return bytes[position + MAGIC] == 2
        && length >= HEADER_BYTES - SIZED_BYTES
        && length <= Integer.MAX_VALUE - SIZED_BYTES
        && baseOffset() >= 0
        && lastOffset() >= baseOffset()
        && count() >= 0;
  }

  public long baseOffset() {
    return Bytes.getLong(bytes, position + BASE_OFFSET);
  }

  /** The offset of the last record that the batch was written with. */
  public long lastOffset() {
    return baseOffset() + Bytes.getInt(bytes, position + LAST_OFFSET_DELTA);
  }

  /** The offset after the last one. */
  public long nextOffset() {
    return lastOffset() + 1;
  }

  /** The size of the whole batch, header included, in bytes. */
  public int sizeInBytes() {
    return SIZED_BYTES + Bytes.getInt(bytes, position + LENGTH);
  }

  /** How many records are in it. */
  public int count() {
    return Bytes.getInt(bytes, position + COUNT);
  }

  /** The timestamp to which those of the records are relative, in milliseconds. */
  public long baseTimestamp() {
    return Bytes.getLong(bytes, position + BASE_TIMESTAMP);
  }

  /** The highest timestamp of the records, in milliseconds. */
  public long maxTimestamp() {
    return Bytes.getLong(bytes, position + MAX_TIMESTAMP);
  }

  /** The producer's id, or -1. */
  public long producerId() {
    return Bytes.getLong(bytes, position + PRODUCER_ID);
  }

  /** The producer's epoch, or -1. */
  public short producerEpoch() {
    return Bytes.getShort(bytes, position + PRODUCER_EPOCH);
  }

  /** The producer's sequence number of the first record, or -1. */
  public int baseSequence() {
    return Bytes.getInt(bytes, position + BASE_SEQUENCE);
  }

  /** The producer's sequence number of the last record, or -1. It goes on at 0 after 2^31 - 1. */
  public int lastSequence() {
    int base = baseSequence();
    return base < 0
        ? -1
        : (base + Bytes.getInt(bytes, position + LAST_OFFSET_DELTA)) & Integer.MAX_VALUE;
  }

  public boolean isTransactional() {
    return (attributes() & TRANSACTIONAL) != 0;
  }

  /** Whether it holds no record of a user but the log's own, such as the end of a transaction. */
  public boolean isControl() {
    return (attributes() & CONTROL) != 0;
  }

  public TimestampType timestampType() {
    return (attributes() & APPEND_TIME) == 0
        ? TimestampType.CREATE_TIME
        : TimestampType.LOG_APPEND_TIME;
  }

  /** Whether its records are compressed. */
  public boolean isCompressed() {
    return (attributes() & COMPRESSION_MASK) != 0;
  }

  /** How its records are compressed. */
  public Compression compression() {
    int code = attributes() & COMPRESSION_MASK;
    Compression[] all = Compression.values();
    if (code >= all.length) {
      throw new IllegalStateException(
          "the batch at offset %d has compression code %d, 0 to %d are known"
              .formatted(baseOffset(), code, all.length - 1));
    }
    return all[code];
  }

  /**
   * What a control batch says. The whole batch must be there.
   *
   * @throws IllegalStateException if it is not a control batch
   */
  public ControlType controlType() {
    if (!isControl()) {
      throw new IllegalStateException(
          "the batch at offset %d is not a control batch".formatted(baseOffset()));
    }
    if (sizeInBytes() < MARKER_TYPE + 2) {
      return ControlType.OTHER;
    }
    int type = Bytes.getShort(bytes, position + MARKER_TYPE);
    return type == 0 ? ControlType.ABORT : type == 1 ? ControlType.COMMIT : ControlType.OTHER;
  }

  /** Whether the checksum fits. The whole batch must be there. */
  public boolean hasValidCrc() {
    return storedCrc() == computedCrc();
  }

  int storedCrc() {
    return Bytes.getInt(bytes, position + CRC);
  }

  int computedCrc() {
    crc.reset();
    crc.update(bytes, position + ATTRIBUTES, sizeInBytes() - ATTRIBUTES);
    return (int) crc.getValue();
  }

  /** What is wrong with a checksum that does not fit. */
  public String crcFault() {
    return "batch checksum is %08x but its %d bytes give %08x"
        .formatted(storedCrc(), sizeInBytes(), computedCrc());
  }

  /**
   * Makes an end-of-transaction marker say abort, in place, checksum included. Also mends one of
   * which a power cut kept only a part of this change.
   *
   * @return whether it is a marker, and now an abort; if false nothing was changed
   */
  public boolean turnIntoAbort() {
    if (!isControl() || sizeInBytes() < MARKER_TYPE + 2) {
      return false;
    }
    short found = Bytes.getShort(bytes, position + MARKER_TYPE);
    if (found != 0 && found != 1) {
      return false;
    }
    int stored = storedCrc();
    Bytes.putShort(bytes, position + MARKER_TYPE, (short) 1);
    int commitCrc = computedCrc();
    Bytes.putShort(bytes, position + MARKER_TYPE, (short) 0);
    int abortCrc = computedCrc();
    if (!isTornBetween(stored, commitCrc, abortCrc)) {
      Bytes.putShort(bytes, position + MARKER_TYPE, found);
      return false;
    }
    Bytes.putInt(bytes, position + CRC, abortCrc);
    return true;
  }

  /**
   * Whether it begins as one of the two and ends as the other; the end of a sector may be there.
   */
  private static boolean isTornBetween(int found, int one, int other) {
    for (int bits = 0; bits <= Integer.SIZE; bits += Byte.SIZE) {
      int rest = (int) (0xFFFFFFFFL >>> bits);
      if (found == ((one & ~rest) | (other & rest)) || found == ((other & ~rest) | (one & rest))) {
        return true;
      }
    }
    return false;
  }

  int attributes() {
    return Bytes.getShort(bytes, position + ATTRIBUTES);
  }
}
