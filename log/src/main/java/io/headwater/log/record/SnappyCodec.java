package io.headwater.log.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Snappy in the frame of snappy-java's streams, which is what Kafka's own clients write. Other
 * clients write one block without a frame; that is read too.
 *
 * <pre>
 * frame = 0x82 "SNAPPY" 0x00  version:i32 = 1  compatibleWith:i32 = 1  block*
 * block = length:i32 byte*     the snappy form of up to 32 KiB
 * </pre>
 */
final class SnappyCodec implements Codec {
  private static final byte[] FRAME = {
    (byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1
  };
  private static final int MAGIC_BYTES = 8;
  private static final int BLOCK_BYTES = 32 << 10;

  SnappyCodec() {
    Snappy.maxCompressedLength(0); // fails here, not later, if the library is missing
  }

  @Override
  public void compress(byte[] source, int from, int to, ByteSink target) {
    try {
      target.write(FRAME, 0, FRAME.length);
      for (int at = from; at < to; at += BLOCK_BYTES) {
        int length = Math.min(BLOCK_BYTES, to - at);
        byte[] bytes = target.room(4 + Snappy.maxCompressedLength(length));
        int block = Snappy.compress(source, at, length, bytes, target.size() + 4);
        Bytes.putInt(bytes, target.size(), block);
        target.added(4 + block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void decompress(byte[] source, int from, int to, ByteSink target) throws IOException {
    if (!isFramed(source, from, to)) {
      decompressBlock(source, from, to - from, target);
      return;
    }
    int at = from + FRAME.length;
    while (at < to) {
      int length = to - at < 4 ? -1 : Bytes.getInt(source, at);
      at += 4;
      if (length <= 0 || length > to - at) {
        throw new IOException(
            "a block of %d bytes begins, %d bytes are left".formatted(length, to - at));
      }
      decompressBlock(source, at, length, target);
      at += length;
    }
  }

  private static boolean isFramed(byte[] source, int from, int to) {
    return to - from >= FRAME.length
        && Arrays.equals(source, from, from + MAGIC_BYTES, FRAME, 0, MAGIC_BYTES);
  }

  private static void decompressBlock(byte[] source, int from, int length, ByteSink target)
      throws IOException {
    int size = Snappy.uncompressedLength(source, from, length);
    if (size < 0) {
      throw new IOException("a block has %d bytes".formatted(size));
    }
    target.ensureTakes(size);
    byte[] bytes = target.room(size);
    target.added(Snappy.uncompress(source, from, length, bytes, target.size()));
  }
}
