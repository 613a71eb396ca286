package io.headwater.log.record;

import java.io.IOException;

/** Compresses the records of batches and decompresses them. Safe for many threads. */
interface Codec {
  /** Adds the compressed form of the bytes from {@code from} up to {@code to}. */
  void compress(byte[] source, int from, int to, ByteSink target);

  /**
   * Adds what the bytes from {@code from} up to {@code to} are the compressed form of.
   *
   * @throws IOException if they are no compressed form, or of more than the target takes; the
   *     message says what is wrong with them
   */
  void decompress(byte[] source, int from, int to, ByteSink target) throws IOException;
}
