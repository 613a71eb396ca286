package io.headwater.log.record;

import io.headwater.log.storage.LogException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The codecs, each loaded when it is first needed: only then its library must be there. */
final class Codecs {
  private static final Map<Compression, Codec> LOADED = new ConcurrentHashMap<>();

  private Codecs() {}

  /** The codec of a compression other than {@link Compression#NONE}. */
  static Codec of(Compression compression) {
    return LOADED.computeIfAbsent(compression, Codecs::load);
  }

  private static Codec load(Compression compression) {
    try {
      return switch (compression) {
        case NONE -> throw new IllegalArgumentException("no codec is needed for NONE");
        case GZIP -> new GzipCodec();
        case SNAPPY -> new SnappyCodec();
        case LZ4 -> new Lz4Codec();
        case ZSTD -> new ZstdCodec();
      };
    } catch (LinkageError e) {
      boolean missing = e.getCause() instanceof ClassNotFoundException;
      throw new LogException(
          missing
              ? "compression with %s needs a library that is missing: add %s to the class path"
                  .formatted(compression, compression.artifact())
              : "compression with %s: its library %s does not run in this process: %s"
                  .formatted(compression, compression.artifact(), e),
          e);
    }
  }
}
