package io.headwater.state.bytes;

import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The file that tells where the value of each key lies; the package describes its format. */
final class IndexSnapshot {
  private static final int MAGIC = 0x48575349; // HWSI
  private static final byte VERSION = 1;
  private static final int END = -1;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int FOOTER_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;
  private static final int SAMPLE = 16;

  private final Storage storage;
  private final Path path;

  IndexSnapshot(Storage storage, Path path) {
    this.storage = storage;
    this.path = path;
  }

  /** The file says nothing about the changelog: there may have been damage to it, or a mix-up. */
  static final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private UnusableException(String message) {
      super(message);
    }
  }

  /**
   * Puts the file's entries in the index, which is empty, and commits them. Answers the offset that
   * the file covers, or -1 if there is no file.
   *
   * @throws UnusableException if the file cannot be used; the index is then to be thrown away, and
   *     the changelog has all that is needed to make it again
   * @throws CorruptStoreException if the file is sound and the changelog has not what it tells of.
   *     That was forced before the file appeared, so no crash or power cut took it
   */
  long load(Changelog changelog, KeyIndex index) {
    if (!storage.exists(path)) {
      return -1;
    }
    try (StorageFile file = storage.openReadOnly(path)) {
      ensureSound(file);
      var in = new Input(file, file.size() - Integer.BYTES);
      long covered = readHeader(in, changelog);
      var sample = new ArrayList<KeyIndexEntry>();
      @Nullable KeyIndexEntry last = null;
      long count = 0;
      for (int keyBytes = in.readInt(); keyBytes != END; keyBytes = in.readInt()) {
        byte[] key = in.readBytes(keyBytes);
        Version version = Version.at(in.readLong(), in.readLong(), in.readInt(), in.readInt());
        index.put(key, version);
        var entry = new KeyIndexEntry(key, version);
        // Of a growing number of entries, keeps some from the whole length of the file.
        if (Long.bitCount(count) == 1 || sample.size() < SAMPLE) {
          sample.add(entry);
        }
        // The newest record is the first to be missing where the changelog was cut.
        if (last == null || entry.isAfter(last)) {
          last = entry;
        }
        count++;
      }
      if (count != in.readLong()) {
        throw unusable("it does not have the number of entries that it says");
      }
      if (last != null) {
        sample.add(last);
      }
      ensureMatches(changelog, sample);
      index.commit();
      return covered;
    }
  }

  private long readHeader(Input in, Changelog changelog) {
    if (in.readInt() != MAGIC) {
      throw unusable("it is not an index");
    }
    int version = in.readInt() >>> 24;
    if (version != VERSION) {
      throw unusable("it is of format version " + version + ", and " + VERSION + " was expected");
    }
    long covered = in.readLong();
    int partition = in.readInt();
    String topic = new String(in.readBytes(in.readInt()), StandardCharsets.UTF_8);
    if (!topic.equals(changelog.topic()) || partition != changelog.partition()) {
      throw unusable("it is the index of %s-%d".formatted(topic, partition));
    }
    long start = changelog.start();
    long end = changelog.committedEnd();
    if (covered < start) {
      throw unusable(
          "it covers the changelog up to offset %d, and that begins at %d"
              .formatted(covered, start));
    }
    if (covered > end) {
      throw disagreement(
          changelog,
          "the index covers offsets up to %d, but the changelog ends at %d".formatted(covered, end),
          null);
    }
    return covered;
  }

  private void ensureMatches(Changelog changelog, List<KeyIndexEntry> sample) {
    for (KeyIndexEntry entry : sample) {
      try {
        ChangelogReader.read(changelog, entry.key, entry.version);
      } catch (StoreException e) {
        throw disagreement(
            changelog,
            "segment %d, position %d has not the record of %d bytes that the index has there"
                .formatted(
                    entry.version.segmentBase(),
                    entry.version.position(),
                    entry.version.sizeBytes()),
            e);
      }
    }
  }

  private void ensureSound(StorageFile file) {
    long size = file.size();
    if (size < Integer.BYTES + FOOTER_BYTES) {
      throw unusable("it has only " + size + " bytes");
    }
    var crc = new CRC32C();
    var buffer = new byte[BUFFER_BYTES];
    long end = size - Integer.BYTES;
    for (long position = 0; position < end; ) {
      int read = file.read(position, buffer, 0, (int) Math.min(buffer.length, end - position));
      if (read <= 0) {
        throw unusable("it ends early");
      }
      crc.update(buffer, 0, read);
      position += read;
    }
    var stored = new byte[Integer.BYTES];
    file.read(end, stored, 0, stored.length);
    int crcStored = ByteBuffer.wrap(stored).getInt();
    if (crcStored != (int) crc.getValue()) {
      throw unusable(
          "its checksum is %08x but its bytes give %08x"
              .formatted(crcStored, (int) crc.getValue()));
    }
  }

  private UnusableException unusable(String reason) {
    return new UnusableException(path + " cannot be used: " + reason);
  }

  private CorruptStoreException disagreement(
      Changelog changelog, String found, @Nullable Throwable cause) {
    return new CorruptStoreException(
        ("changelog %s-%d lacks records of its store: %s. They had been forced to disk, so no crash took"
                + " them: it was emptied, cut, damaged, or deleted and made anew. Put the whole data"
                + " folder back from a copy; or, to go on without what is lost, delete %s")
            .formatted(changelog.topic(), changelog.partition(), found, path),
        cause);
  }

  /**
   * Writes the committed entries of the index, in place of an earlier file. What they rest on is
   * forced before the file appears.
   *
   * @param covered an offset up to which everything committed was in the index before the call
   */
  void write(Changelog changelog, KeyIndex index, long covered) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalStateException(path + " is not the path of a file");
    }
    storage.createDirectories(folder);
    Path unfinished = path.resolveSibling(path.getFileName() + ".tmp");
    try (StorageFile file = storage.create(unfinished)) {
      var out = new Output(file);
      out.writeInt(MAGIC);
      out.writeInt(VERSION << 24);
      out.writeLong(covered);
      out.writeInt(changelog.partition());
      byte[] topic = changelog.topic().getBytes(StandardCharsets.UTF_8);
      out.writeInt(topic.length);
      out.writeBytes(topic);
      index.forEachCommitted(out::writeEntry);
      out.finish();
      changelog.force();
      file.force();
    }
    storage.move(unfinished, path);
    storage.forceDirectory(folder);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record KeyIndexEntry(byte[] key, Version version) {
    boolean isAfter(KeyIndexEntry other) {
      return version.segmentBase() != other.version.segmentBase()
          ? version.segmentBase() > other.version.segmentBase()
          : version.position() > other.version.position();
    }
  }

  private static final class Output {
    private final StorageFile file;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long position;
    private long count;

    Output(StorageFile file) {
      this.file = file;
    }

    void writeEntry(byte[] key, Version version) {
      writeInt(key.length);
      writeBytes(key);
      writeLong(version.timestampMs);
      writeLong(version.segmentBase());
      writeInt(version.position());
      writeInt(version.sizeBytes());
      count++;
    }

    void writeInt(int value) {
      reserve(Integer.BYTES).putInt(value);
    }

    void writeLong(long value) {
      reserve(Long.BYTES).putLong(value);
    }

    void writeBytes(byte[] bytes) {
      for (int from = 0; from < bytes.length; ) {
        int length = Math.min(bytes.length - from, reserve(1).remaining());
        buffer.put(bytes, from, length);
        from += length;
      }
    }

    void finish() {
      writeInt(END);
      writeLong(count);
      drain();
      writeInt((int) crc.getValue());
      drain();
    }

    private ByteBuffer reserve(int bytes) {
      if (buffer.remaining() < bytes) {
        drain();
      }
      return buffer;
    }

    private void drain() {
      file.write(position, buffer.array(), 0, buffer.position());
      crc.update(buffer.array(), 0, buffer.position());
      position += buffer.position();
      buffer.clear();
    }
  }

  private final class Input {
    private final StorageFile file;
    private final long end;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private long position;

    Input(StorageFile file, long end) {
      this.file = file;
      this.end = end;
    }

    int readInt() {
      return require(Integer.BYTES).getInt();
    }

    long readLong() {
      return require(Long.BYTES).getLong();
    }

    byte[] readBytes(int length) {
      if (length < 0 || length > end - position + buffer.remaining()) {
        throw unusable("it has a field of " + length + " bytes");
      }
      var bytes = new byte[length];
      for (int from = 0; from < length; ) {
        int part = Math.min(length - from, require(1).remaining());
        buffer.get(bytes, from, part);
        from += part;
      }
      return bytes;
    }

    private ByteBuffer require(int bytes) {
      if (buffer.remaining() < bytes) {
        buffer.compact();
        int length = (int) Math.min(buffer.remaining(), end - position);
        int read = file.read(position, buffer.array(), buffer.position(), length);
        buffer.position(buffer.position() + Math.max(read, 0));
        position += Math.max(read, 0);
        buffer.flip();
        if (buffer.remaining() < bytes) {
          throw unusable("it ends early");
        }
      }
      return buffer;
    }
  }
}
