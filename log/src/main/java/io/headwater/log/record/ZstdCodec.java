package io.headwater.log.record;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Zstandard. Written as a stream, as Kafka does it, so the frame does not tell its size; read in
 * one go into an array that is tried larger until it is enough, so that a window's size that a
 * frame claims costs nothing.
 */
final class ZstdCodec implements Codec {
  private static final int LEVEL = 3;

  /** Within this a size that a frame claims is believed before it is seen. */
  private static final int RATIO_EXPECTED = 32;

  ZstdCodec() {
    Zstd.maxCompressionLevel(); // fails here, not later, if the library is missing
  }

  @Override
  public void compress(byte[] source, int from, int to, ByteSink target) {
    try (var zstd = new ZstdOutputStreamNoFinalizer(target, RecyclingBufferPool.INSTANCE, LEVEL)) {
      zstd.write(source, from, to - from);
      zstd.flush(); // as Kafka's buffer does it: its frames end with an empty block
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void decompress(byte[] source, int from, int to, ByteSink target) throws IOException {
    int length = to - from;
    if (length == 0) {
      throw new IOException("there are no bytes");
    }
    long claimed = Zstd.getFrameContentSize(source, from, length);
    long guess = claimed > 0 ? Math.min(claimed, (long) RATIO_EXPECTED * length) : 4L * length;
    target.room((int) Math.min(guess, target.takes()));
    while (true) {
      try {
        target.added(decompress(source, from, length, target.array(), target.size()));
        return;
      } catch (ZstdException e) {
        if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
          throw new IOException(e.getMessage(), e);
        }
        target.ensureTakes(target.left() + 1L);
        target.room(target.left() + 1);
      }
    }
  }

  private static int decompress(byte[] source, int from, int length, byte[] target, int start) {
    return (int)
        Zstd.decompressByteArray(target, start, target.length - start, source, from, length);
  }
}
