package io.headwater.log.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * An open file descriptor, which an interrupt does not close. Its reads and writes are done one at
 * a time; a force does not hold them up.
 */
final class Descriptor extends Counted {
  private final Path file;
  private final RandomAccessFile access;

  private Descriptor(Path file, RandomAccessFile access) {
    this.file = file;
    this.access = access;
  }

  /** Opens an existing file. Held once, by the caller. */
  static Descriptor open(Path file, boolean writable) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString()); // opening it for writing would make it
    }
    try {
      return new Descriptor(file, new RandomAccessFile(file.toFile(), writable ? "rw" : "r"));
    } catch (FileNotFoundException e) { // also if it must not be opened
      throw Files.exists(file) ? e : new NoSuchFileException(file.toString());
    }
  }

  /** Makes a file, or empties it. Held once, by the caller. */
  static Descriptor create(Path file) throws IOException {
    var access = new RandomAccessFile(file.toFile(), "rw");
    try {
      if (access.length() > 0) {
        access.setLength(0); // not in vain: ext4 writes out a file when it is closed after that
      }
    } catch (IOException e) {
      access.close();
      throw e;
    }
    return new Descriptor(file, access);
  }

  /** Reads until the array's part is full or the file ends, and returns how many bytes. */
  synchronized int read(long position, byte[] target, int offset, int length) throws IOException {
    access.seek(position);
    int done = 0;
    while (done < length) {
      int more = access.read(target, offset + done, length - done);
      if (more < 0) {
        break;
      }
      done += more;
    }
    return done;
  }

  synchronized void write(long position, byte[] source, int offset, int length) throws IOException {
    access.seek(position);
    access.write(source, offset, length);
  }

  synchronized void truncate(long size) throws IOException {
    access.setLength(size);
  }

  long size() throws IOException {
    return access.length();
  }

  void force() throws IOException {
    access.getFD().sync();
  }

  @Override
  void giveBack() {
    try {
      access.close();
    } catch (IOException e) {
      throw DiskStorage.failure(file, "closing it", e);
    }
  }
}
