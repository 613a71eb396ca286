package io.headwater.log.record;

/**
 * How the records of a batch are compressed. All are recognised; only {@link #NONE} can be read.
 */
public enum Compression {
  NONE,
  GZIP,
  SNAPPY,
  LZ4,
  ZSTD
}
