package io.headwater.broker;

import io.headwater.log.BatchLog;
import io.headwater.log.record.BatchBuffer;
import io.headwater.log.record.RecordReader;

/** Goes over all records of a log from an offset on, a buffer at a time, whoever may see them. */
final class LogCursor {
  private static final int BUFFER_BYTES = 1 << 20;

  private final BatchLog log;
  private final RecordReader reader = new RecordReader();
  private final BatchBuffer buffer = new BatchBuffer();
  private final long from;
  private long offset;
  private final long end;

  LogCursor(BatchLog log, long from) {
    this.log = log;
    this.from = from;
    this.offset = from;
    this.end = log.range().to();
  }

  /** Goes to the next record; false at the end that the log had at first. */
  boolean next() {
    while (true) {
      while (reader.nextRecord()) {
        if (reader.offset() >= from) {
          return true;
        }
      }
      if (!reader.nextBatch()) {
        if (offset >= end) {
          return false;
        }
        log.read(offset, end, BUFFER_BYTES, buffer);
        if (buffer.isEmpty()) {
          return false;
        }
        offset = buffer.nextOffset();
        reader.reset(buffer);
      }
    }
  }

  /** At the record. */
  RecordReader record() {
    return reader;
  }

  /** Where the log ended. */
  long end() {
    return end;
  }
}
