package io.headwater.benchmarks.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A log, or what stands in for one, as the cases use it. The nth message that is published is at
 * offset n. What a log cannot do, no case asks of it. For one thread.
 */
public interface TestedLog extends AutoCloseable {
  /** Opens logs of one kind. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens the log in a folder that is empty, with the log's defaults but for what a case asks.
     */
    TestedLog open(Path folder, LogCase of) throws IOException;
  }

  /** Gets what is read. */
  interface Reader {
    /** One message; the arrays are only lent. */
    void accept(
        byte[] keyArray,
        int keyPosition,
        int keySize,
        byte[] valueArray,
        int valuePosition,
        int valueSize);

    /** A key that was asked for is not there. */
    void absent();
  }

  /** Publishes messages by one call; if the case says so, they are durable when this returns. */
  void publish(Messages messages, long from, int count) throws IOException;

  /** Reads all messages, in order. */
  default void readAll(Reader reader) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Reads the message at an offset. */
  default void get(long offset, Reader reader) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Reads the last message of a key. */
  default void getByKey(byte[] key, Reader reader) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Reads the last message of each key, by one call. */
  default void getByKeys(List<byte[]> keys, Reader reader) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  void close() throws IOException;
}
