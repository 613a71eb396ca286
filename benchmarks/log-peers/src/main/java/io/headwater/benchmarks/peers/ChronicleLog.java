package io.headwater.benchmarks.peers;

import static java.util.Objects.requireNonNull;

import io.headwater.benchmarks.log.LogCase;
import io.headwater.benchmarks.log.Messages;
import io.headwater.benchmarks.log.TestedLog;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.MappedBytesStore;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;

/** A queue of Chronicle Queue; an excerpt is a key and a value, each after its length. */
final class ChronicleLog implements TestedLog {
  private final ChronicleQueue queue;
  private final ExcerptAppender appender;
  private final ExcerptTailer getter;
  private final boolean sync;
  private final byte[] key = new byte[Messages.KEY_BYTES];
  private final byte[] value = new byte[Messages.VALUE_BYTES];

  ChronicleLog(Path folder, LogCase of) {
    queue =
        ChronicleQueue.singleBuilder(folder)
            .syncMode(of.sync() ? SyncMode.SYNC : SyncMode.NONE)
            .build();
    appender = queue.createAppender();
    getter = queue.createTailer();
    sync = of.sync();
  }

  @Override
  public void publish(Messages messages, long from, int count) {
    for (long n = from; n < from + count; n++) {
      try (DocumentContext excerpt = appender.writingDocument()) {
        Bytes<?> bytes = bytes(excerpt);
        byte[] keyBytes = messages.key(n);
        byte[] valueBytes = messages.value(n);
        bytes.writeInt(keyBytes.length).write(keyBytes);
        bytes.writeInt(valueBytes.length).write(valueBytes);
      }
    }
    if (sync) {
      sync();
    }
  }

  /** What the appender's own method for it does, which is not part of its interface. */
  private void sync() {
    Bytes<?> bytes = requireNonNull(appender.wire()).bytes();
    MappedBytesStore mapped = (MappedBytesStore) requireNonNull(bytes.bytesStore());
    mapped.syncUpTo(bytes.writePosition());
  }

  @Override
  public void readAll(Reader reader) {
    try (ExcerptTailer tailer = queue.createTailer()) {
      tailer.toStart();
      while (read(tailer, reader)) {
        // On to the next.
      }
    }
  }

  @Override
  public void get(long offset, Reader reader) {
    long index = queue.rollCycle().toIndex(appender.cycle(), offset);
    if (!getter.moveToIndex(index) || !read(getter, reader)) {
      throw new IllegalStateException("nothing is at " + offset);
    }
  }

  private boolean read(ExcerptTailer tailer, Reader reader) {
    try (DocumentContext excerpt = tailer.readingDocument()) {
      if (!excerpt.isPresent()) {
        return false;
      }
      Bytes<?> bytes = bytes(excerpt);
      int keySize = bytes.readInt();
      bytes.read(key, 0, keySize);
      int valueSize = bytes.readInt();
      bytes.read(value, 0, valueSize);
      reader.accept(key, 0, keySize, value, 0, valueSize);
      return true;
    }
  }

  /** Where an excerpt's bytes are; there are some while it is open. */
  private static Bytes<?> bytes(DocumentContext excerpt) {
    return requireNonNull(excerpt.wire()).bytes();
  }

  @Override
  public void close() {
    queue.close();
  }
}
