package io.headwater.log.record;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Gzip, by the JDK. */
final class GzipCodec implements Codec {
  private static final int BUFFER_BYTES = 8 << 10;

  @Override
  public void compress(byte[] source, int from, int to, ByteSink target) {
    try (var gzip = new GZIPOutputStream(target, BUFFER_BYTES)) {
      gzip.write(source, from, to - from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void decompress(byte[] source, int from, int to, ByteSink target) throws IOException {
    var compressed = new ByteArrayInputStream(source, from, to - from);
    try (var gzip = new GZIPInputStream(compressed, BUFFER_BYTES)) {
      while (true) {
        byte[] bytes = target.room(1);
        int read = gzip.read(bytes, target.size(), target.left());
        if (read < 0) {
          return;
        }
        target.added(read);
      }
    }
  }
}
