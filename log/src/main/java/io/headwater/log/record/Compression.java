package io.headwater.log.record;

import io.headwater.log.storage.LogException;

/**
 * How the records of a batch are compressed, as Kafka does it and at its default levels. All but
 * gzip need a library on the class path, which this module does not bring along; which one, {@link
 * #artifact} says.
 */
public enum Compression {
  NONE(0, ""),
  /** By the JDK. */
  GZIP(1, ""),
  SNAPPY(2, "org.xerial.snappy:snappy-java"),
  LZ4(3, "at.yawk.lz4:lz4-java"),
  ZSTD(4, "com.github.luben:zstd-jni");

  /** What stands for it in a batch's attributes. */
  final int code;

  private final String artifact;

  Compression(int code, String artifact) {
    this.code = code;
    this.artifact = artifact;
  }

  /**
   * The Maven coordinates of the library that it needs, without version; empty if it needs none.
   */
  public String artifact() {
    return artifact;
  }

  /**
   * Returns if it can be used in this process.
   *
   * @throws LogException if its library is missing or does not run here; the message names it
   */
  public void ensureAvailable() {
    if (this != NONE) {
      Codecs.of(this);
    }
  }
}
