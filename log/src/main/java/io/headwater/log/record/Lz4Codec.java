package io.headwater.log.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * LZ4 in its frame format, of which Kafka writes the plainest form and reads what has independent
 * blocks and no dictionary. Integers are little-endian.
 *
 * <pre>
 * frame = 0x184D2204:u32  flags:u8  sizes:u8  [contentSize:u64]  check:u8  block*  0:u32  [contentCheck:u32]
 *         flags   bits 6-7 version 1, 5 blocks are independent, 4 they have checksums, 3 there is a
 *                 content size, 2 a content checksum; 0-1 are 0
 *         sizes   bits 4-6 the blocks' limit: 4 64 KiB, 5 256 KiB, 6 1 MiB, 7 4 MiB
 *         check   second byte of the XXH32 of what is between it and the magic
 * block = length:u32 byte* [check:u32]    bit 31 of the length: the bytes are not compressed
 * </pre>
 */
final class Lz4Codec implements Codec {
  private static final int MAGIC = 0x184D2204;
  private static final int VERSION_1 = 0x40;
  private static final int INDEPENDENT = 0x20;
  private static final int BLOCK_CHECKS = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int CONTENT_CHECK = 0x04;
  private static final int SIZE_64_KIB = 4;
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int NOT_COMPRESSED = 0x80000000;

  private final LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
  private final LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();
  private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();

  @Override
  public void compress(byte[] source, int from, int to, ByteSink target) {
    try {
      byte[] head = target.room(7);
      int start = target.size();
      putInt(head, start, MAGIC);
      head[start + 4] = VERSION_1 | INDEPENDENT;
      head[start + 5] = SIZE_64_KIB << 4;
      head[start + 6] = check(head, start + 4, 2);
      target.added(7);
      for (int at = from; at < to; at += BLOCK_BYTES) {
        int length = Math.min(BLOCK_BYTES, to - at);
        byte[] bytes = target.room(4 + compressor.maxCompressedLength(length));
        int block = compressor.compress(source, at, length, bytes, target.size() + 4);
        if (block < length) {
          putInt(bytes, target.size(), block);
        } else {
          block = length;
          putInt(bytes, target.size(), block | NOT_COMPRESSED);
          System.arraycopy(source, at, bytes, target.size() + 4, block);
        }
        target.added(4 + block);
      }
      putInt(target.room(4), target.size(), 0);
      target.added(4);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void decompress(byte[] source, int from, int to, ByteSink target) throws IOException {
    ensureLeft(7, from, to);
    int flags = source[from + 4];
    int sizes = source[from + 5];
    int limitCode = (sizes >> 4) & 0x07;
    boolean known =
        getInt(source, from) == MAGIC
            && (flags & ~(BLOCK_CHECKS | CONTENT_SIZE | CONTENT_CHECK)) == (VERSION_1 | INDEPENDENT)
            && (sizes & ~0x70) == 0
            && limitCode >= SIZE_64_KIB;
    if (!known) {
      throw new IOException("their LZ4 frame begins with no header that is known");
    }
    int at = from + ((flags & CONTENT_SIZE) != 0 ? 14 : 6);
    ensureLeft(1, at, to);
    if (source[at] != check(source, from + 4, at - from - 4)) {
      throw new IOException("the check of their LZ4 frame's header does not fit");
    }
    at++;
    int blockLimit = 1 << (8 + 2 * limitCode);
    while (true) {
      ensureLeft(4, at, to);
      int length = getInt(source, at) & ~NOT_COMPRESSED;
      boolean compressed = getInt(source, at) == length;
      at += 4;
      if (length == 0) {
        return; // Kafka does not look at the content's checksum either: that of the batch is enough
      }
      if (length > blockLimit) {
        throw new IOException(
            "a block of %d bytes begins, the limit is %d".formatted(length, blockLimit));
      }
      ensureLeft(length, at, to);
      if (compressed) {
        target.added(decompressBlock(source, at, length, target.room(blockLimit), target));
      } else {
        target.write(source, at, length);
      }
      if ((flags & BLOCK_CHECKS) != 0) {
        ensureLeft(4, at + length, to);
        if (getInt(source, at + length) != hash.hash(source, at, length, 0)) {
          throw new IOException("the checksum of a block does not fit");
        }
        at += 4;
      }
      at += length;
    }
  }

  private int decompressBlock(byte[] source, int from, int length, byte[] bytes, ByteSink target)
      throws IOException {
    try {
      return decompressor.decompress(source, from, length, bytes, target.size(), target.left());
    } catch (LZ4Exception e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private byte check(byte[] bytes, int from, int length) {
    return (byte) (hash.hash(bytes, from, length, 0) >> 8);
  }

  private static void ensureLeft(int bytes, int at, int to) throws IOException {
    if (bytes > to - at) {
      throw new IOException("%d bytes are left, %d were expected".formatted(to - at, bytes));
    }
  }

  private static int getInt(byte[] bytes, int position) {
    return Integer.reverseBytes(Bytes.getInt(bytes, position));
  }

  private static void putInt(byte[] bytes, int position, int value) {
    Bytes.putInt(bytes, position, Integer.reverseBytes(value));
  }
}
