package io.headwater.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.log.storage.Storage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Properties;

/** The file {@code meta.properties}, which says that a folder is ours and in which format. */
final class FolderFormat {
  /** The newest format that this code reads, and the one that it writes. */
  static final int VERSION = 1;

  static final String FILE = "meta.properties";
  private static final String VERSION_KEY = "headwater.format.version";

  private FolderFormat() {}

  /** Marks a folder that has no such file, and refuses one that this code cannot read. */
  static void markOrCheck(Storage storage, Path folder) {
    if (storage.exists(folder.resolve(FILE))) {
      check(storage, folder);
    } else {
      WholeFile.replace(
          storage,
          folder.resolve(FILE),
          ("# A Headwater data folder.\n" + VERSION_KEY + "=" + VERSION + "\n").getBytes(UTF_8));
    }
  }

  static void check(Storage storage, Path folder) {
    Path file = folder.resolve(FILE);
    if (!storage.exists(file)) {
      throw new BrokerException(
          "%s is not a Headwater data folder: it has no %s; check the path, or create a topic in it"
                  .formatted(folder, FILE)
              + " first");
    }
    String found = parse(file, WholeFile.read(storage, file)).getProperty(VERSION_KEY);
    if (found == null) {
      throw new BrokerException(
          "%s is not a Headwater data folder: its %s has no %s; choose another folder"
              .formatted(folder, FILE, VERSION_KEY));
    }
    int version;
    try {
      version = Integer.parseInt(found.strip());
    } catch (NumberFormatException e) {
      throw new BrokerException(
          "%s: %s is '%s', not a number".formatted(file, VERSION_KEY, found), e);
    }
    if (version < 1 || version > VERSION) {
      throw new BrokerException(
          "%s has format version %d, and this Headwater reads up to %d; open it with a newer Headwater, or choose another folder"
              .formatted(folder, version, VERSION));
    }
  }

  private static Properties parse(Path file, byte[] bytes) {
    var properties = new Properties();
    try {
      properties.load(new StringReader(new String(bytes, UTF_8)));
    } catch (IOException | IllegalArgumentException e) {
      throw new BrokerException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    return properties;
  }
}
