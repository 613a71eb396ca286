package io.headwater.log.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a run's file says of itself, in its first block and its name. The package's page has the
 * format.
 *
 * @param limit entries at or past it are void; from {@code from} to {@code to}
 */
record RunHeader(
    long from,
    long to,
    long limit,
    int entries,
    int dead,
    int filterBlocks,
    int slotBlocks,
    int homes,
    int tableCrc) {
  static final int BLOCK_BYTES = 4096;
  static final int BLOCK_WORDS = BLOCK_BYTES / Long.BYTES;
  static final int BYTES = 60;

  private static final int MAGIC =
      ByteBuffer.wrap("HWKI".getBytes(StandardCharsets.US_ASCII)).getInt();
  private static final byte VERSION = 1;
  private static final int CRC_POSITION = BYTES - 4;
  private static final Pattern NAME = Pattern.compile("(\\d{20})-(\\d{10})\\.keyindex");

  /** The number of a run in its file's name; -1 if the file is no run. */
  static long sequence(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    return name.matches() ? Long.parseLong(name.group(2)) : -1;
  }

  static Path path(Path folder, long from, long sequence) {
    return folder.resolve(String.format(Locale.ROOT, "%020d-%010d.keyindex", from, sequence));
  }

  /** The header in the first bytes of a file; null if there is none that holds. */
  static @Nullable RunHeader parse(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.getInt() != MAGIC
        || buffer.get() != VERSION
        || buffer.getInt(CRC_POSITION) != crc(bytes)) {
      return null;
    }
    buffer.position(8);
    return new RunHeader(
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.getInt(),
        buffer.getInt(),
        buffer.getInt(),
        buffer.getInt(),
        buffer.getInt(),
        buffer.getInt());
  }

  byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer.putInt(MAGIC).put(VERSION).put(new byte[3]);
    buffer.putLong(from).putLong(to).putLong(limit);
    buffer.putInt(entries).putInt(dead);
    buffer.putInt(filterBlocks).putInt(slotBlocks).putInt(homes).putInt(tableCrc);
    buffer.putInt(crc(buffer.array()));
    return buffer.array();
  }

  private static int crc(byte[] header) {
    var crc = new CRC32C();
    crc.update(header, 0, CRC_POSITION);
    return (int) crc.getValue();
  }

  /** How many blocks have a checksum. */
  int checkedBlocks() {
    return filterBlocks + slotBlocks;
  }

  /** Where the table of checksums starts in the file. */
  int tablePosition() {
    return BLOCK_BYTES * (1 + checkedBlocks());
  }

  long fileBytes() {
    return (long) BLOCK_BYTES * (1 + checkedBlocks()) + (long) Integer.BYTES * checkedBlocks();
  }

  RunHeader with(long newLimit, int newDead) {
    return new RunHeader(
        from, to, newLimit, entries, newDead, filterBlocks, slotBlocks, homes, tableCrc);
  }
}
