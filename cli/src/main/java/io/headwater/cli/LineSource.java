package io.headwater.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The lines of an input, numbered from 1, with a checksum over all of them so far: whoever keeps
 * the number and the checksum can tell later whether an input still begins with the same lines. For
 * one thread.
 */
final class LineSource implements AutoCloseable {
  /** With which some programs begin a file in UTF-8; it is no part of the first line. */
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /** What stands for standard input where a file is named. */
  static final String STANDARD_INPUT = "-";

  private final InputStream in;
  private final CRC32C checksum = new CRC32C();
  private byte[] buffer = new byte[1 << 16];
  private int next; // where the rest of the buffer begins
  private int end;
  private byte[] line = new byte[0];
  private long number;
  private long bytes;

  LineSource(InputStream in) {
    this.in = in;
  }

  /** The lines of a file, or of standard input. */
  static LineSource open(Console console, String file) throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      return new LineSource(console.in());
    }
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw new UserException(path + ": is a folder, not a file of lines");
    }
    return new LineSource(Files.newInputStream(path));
  }

  /** Whether a line has nothing but blanks in it. */
  static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  /** Goes to the next line; false if there is none. A last line need not end with a line feed. */
  boolean advance() throws IOException {
    int searched = next;
    while (true) {
      for (int i = searched; i < end; i++) {
        if (buffer[i] == '\n') {
          take(i, i + 1);
          return true;
        }
      }
      searched = end - next;
      if (!fill()) {
        if (next == end) {
          return false;
        }
        take(end, end);
        return true;
      }
    }
  }

  /** Whether going to the next line may have to wait for whoever writes the input. */
  boolean mayWait() throws IOException {
    for (int i = next; i < end; i++) {
      if (buffer[i] == '\n') {
        return false;
      }
    }
    return in.available() == 0;
  }

  /** The number of the current line; 0 before the first one. */
  long number() {
    return number;
  }

  /** The current line without its end. */
  byte[] line() {
    return line;
  }

  /** How many bytes the lines so far had. */
  long bytes() {
    return bytes;
  }

  /**
   * CRC-32C of all lines so far, each with a line feed at its end even if the last one had none.
   */
  long checksum() {
    return checksum.getValue();
  }

  private void take(int lineEnd, int nextLine) {
    checksum.update(buffer, next, lineEnd - next);
    checksum.update('\n');
    bytes += nextLine - next;
    number++;
    int withoutReturn = lineEnd > next && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
    int withoutMark = number == 1 && beginsWithMark(lineEnd) ? next + BYTE_ORDER_MARK.length : next;
    line = Arrays.copyOfRange(buffer, withoutMark, withoutReturn);
    next = nextLine;
  }

  private boolean beginsWithMark(int lineEnd) {
    return lineEnd - next >= BYTE_ORDER_MARK.length
        && Arrays.equals(
            buffer,
            next,
            next + BYTE_ORDER_MARK.length,
            BYTE_ORDER_MARK,
            0,
            BYTE_ORDER_MARK.length);
  }

  /** Reads more behind what is left, which moves to the buffer's beginning. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, next, buffer, 0, end - next);
    end -= next;
    next = 0;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = in.read(buffer, end, buffer.length - end);
    end += Math.max(0, read);
    return read >= 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
