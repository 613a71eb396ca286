package io.headwater.log;

import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * The file in a backup that says of which log it is, up to where, and which of the log's files it
 * has. By its stamp a file of the log is seen to be the one that was copied.
 *
 * <pre>
 * headwater backup 1
 * of OFFSET FOLDER              the log's next offset; the log's folder
 * file BYTES STAMP NAME         a file of the copy: its size there; the stamp of the log's file
 * plan BYTES NAME               one that a backup was about to make: there may be the old or the new
 * crc CRC                       CRC-32C of all lines before, 8 hex digits
 * </pre>
 *
 * @param nextOffset the log's next offset at the backup
 * @param source the log's folder
 * @param files what is known to be there
 * @param planned the sizes and names of files that may be there instead: backups that were
 *     interrupted leave them
 */
record BackupManifest(
    long nextOffset, String source, Map<String, Copied> files, Set<String> planned) {
  static final String NAME = ".backup";
  private static final String FIRST_LINE = "headwater backup 1\n";

  /** A file of the copy. */
  record Copied(long bytes, String stamp) {}

  BackupManifest {
    files = new TreeMap<>(files);
    planned = new TreeSet<>(planned);
  }

  /** The manifest in a folder; empty if there is none. */
  static Optional<BackupManifest> read(Storage storage, Path folder) {
    Path path = folder.resolve(NAME);
    if (!storage.exists(path)) {
      return Optional.empty();
    }
    try (StorageFile file = storage.openReadOnly(path)) {
      byte[] bytes = new byte[(int) file.size()];
      int length = file.read(0, bytes, 0, bytes.length);
      return Optional.of(parse(path, new String(bytes, 0, length, StandardCharsets.UTF_8)));
    }
  }

  private static BackupManifest parse(Path path, String text) {
    int crcLine = text.lastIndexOf("crc ");
    if (!text.startsWith(FIRST_LINE)
        || crcLine < 0
        || !text.substring(crcLine).equals(crcLine(text.substring(0, crcLine)))) {
      throw new LogException(
          path + " is damaged: it cannot be seen what this is a backup of; use another folder");
    }
    long nextOffset = 0;
    String source = "";
    var files = new TreeMap<String, Copied>();
    var planned = new TreeSet<String>();
    for (String line : text.substring(FIRST_LINE.length(), crcLine).split("\n", -1)) {
      String[] words = line.split(" ", 4);
      switch (words[0]) {
        case "of" -> {
          nextOffset = Long.parseLong(words[1]);
          source = line.substring(line.indexOf(' ', 3) + 1);
        }
        case "file" -> files.put(words[3], new Copied(Long.parseLong(words[1]), words[2]));
        case "plan" -> planned.add(words[1] + " " + words[2]);
        default -> {}
      }
    }
    return new BackupManifest(nextOffset, source, files, planned);
  }

  /** Puts it into a folder, in place of the one that is there, and forces it. */
  void save(Storage storage, Path folder) {
    var text = new StringBuilder(FIRST_LINE);
    text.append("of " + nextOffset + " " + source + "\n"); // digits of no locale
    files.forEach(
        (name, file) -> text.append("file " + file.bytes + " " + file.stamp + " " + name + "\n"));
    planned.forEach(file -> text.append("plan %s\n".formatted(file)));
    byte[] bytes = (text + crcLine(text.toString())).getBytes(StandardCharsets.UTF_8);
    Path written = folder.resolve(NAME + LogBackup.COPYING);
    try (StorageFile file = storage.create(written)) {
      file.write(0, bytes, 0, bytes.length);
      file.force();
    }
    storage.move(written, folder.resolve(NAME));
    storage.forceDirectory(folder);
  }

  private static String crcLine(String lines) {
    var crc = new CRC32C();
    crc.update(lines.getBytes(StandardCharsets.UTF_8));
    return "crc %08x\n".formatted(crc.getValue());
  }

  /** Whether a file of that name and size may be in the copy, if nobody changed it. */
  boolean knows(String name, long bytes) {
    Copied copied = files.get(name);
    return (copied != null && copied.bytes == bytes) || planned.contains(bytes + " " + name);
  }
}
