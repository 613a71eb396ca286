package io.headwater.log.segment;

import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file that tells up to where a log is known to be forced. Saving need not be forced itself: an
 * older mark is true too. Not safe for many threads.
 */
public final class ForcedMark implements AutoCloseable {
  /** A place in a log: all before it is forced. */
  public record Place(long segmentBase, long position, long nextOffset) {}

  private static final String NAME = "forced.mark";
  private static final int MAGIC =
      ByteBuffer.wrap("HWFM".getBytes(StandardCharsets.US_ASCII)).getInt();
  private static final byte VERSION = 1;
  private static final int SLOT_BYTES = 512;
  private static final int CRC_POSITION = 40;

  private final StorageFile file;
  private long sequence;

  private ForcedMark(StorageFile file, long sequence) {
    this.file = file;
    this.sequence = sequence;
  }

  /** The mark of a folder as it is now; empty if there is none that is whole. */
  public static Optional<Place> read(Storage storage, Path folder) {
    Path path = folder.resolve(NAME);
    if (!storage.exists(path)) {
      return Optional.empty();
    }
    try (StorageFile file = storage.openReadOnly(path)) {
      return Optional.ofNullable(newest(path, file)).map(Slot::place);
    }
  }

  /** Opens the mark of a folder for saving; makes a first one, forced, if there is none. */
  public static ForcedMark open(Storage storage, Path folder, Place first) {
    Path path = folder.resolve(NAME);
    if (storage.exists(path)) {
      StorageFile file = storage.open(path);
      Slot newest = newest(path, file);
      if (newest != null) {
        return new ForcedMark(file, newest.sequence);
      }
      file.close();
    }
    var mark = new ForcedMark(storage.create(path), 0);
    byte[] blank = new byte[2 * SLOT_BYTES];
    mark.file.write(0, blank, 0, blank.length);
    mark.save(first);
    mark.file.force();
    storage.forceDirectory(folder);
    return mark;
  }

  /** Writes a new mark over the older of the two slots. */
  public void save(Place place) {
    sequence++;
    ByteBuffer slot = ByteBuffer.allocate(CRC_POSITION + 4);
    slot.putInt(MAGIC).put(VERSION).put(new byte[3]).putLong(sequence);
    slot.putLong(place.segmentBase).putLong(place.position).putLong(place.nextOffset);
    slot.putInt(crc(slot.array()));
    file.write(sequence % 2 * SLOT_BYTES, slot.array(), 0, slot.capacity());
  }

  /** Writes a new mark over both slots, one after the other, so that no older one comes back. */
  public void saveForGood(Place place) {
    for (int slot = 0; slot < 2; slot++) {
      save(place);
      force();
    }
  }

  /** Forces what was saved. */
  public void force() {
    file.force();
  }

  @Override
  public void close() {
    file.close();
  }

  private record Slot(long sequence, Place place) {}

  private static @Nullable Slot newest(Path path, StorageFile file) {
    Slot newest = null;
    for (int i = 0; i < 2; i++) {
      byte[] bytes = new byte[CRC_POSITION + 4];
      if (file.read((long) i * SLOT_BYTES, bytes, 0, bytes.length) < bytes.length) {
        continue;
      }
      ByteBuffer slot = ByteBuffer.wrap(bytes);
      if (slot.getInt() != MAGIC || slot.getInt(CRC_POSITION) != crc(bytes)) {
        continue;
      }
      byte version = slot.get();
      if (version > VERSION) {
        throw new LogException(
            "%s: written in format %d, this version knows up to %d; open the folder with the newer version"
                .formatted(path, version, VERSION));
      }
      slot.position(8);
      var found =
          new Slot(slot.getLong(), new Place(slot.getLong(), slot.getLong(), slot.getLong()));
      if (newest == null || found.sequence > newest.sequence) {
        newest = found;
      }
    }
    return newest;
  }

  private static int crc(byte[] slot) {
    var crc = new CRC32C();
    crc.update(slot, 0, CRC_POSITION);
    return (int) crc.getValue();
  }
}
