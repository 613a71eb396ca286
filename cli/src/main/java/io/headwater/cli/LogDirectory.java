package io.headwater.cli;

import io.headwater.log.Log;
import io.headwater.log.LogFolder;
import io.headwater.log.LogOptions;
import io.headwater.log.key.KeyIndex;
import io.headwater.log.record.Compression;
import io.headwater.log.storage.DirectoryLock;
import io.headwater.log.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Parameters;

/** The parameter that says which log a command works on, and how the log is opened. */
final class LogDirectory {
  private static final Pattern SEGMENT = Pattern.compile("\\d{20}\\.log");
  private static final Pattern PARTITION = Pattern.compile("(.+)-\\d+");

  /** Says that a folder is one of topics, which has the partitions' folders in it. */
  private static final String DATA_FOLDER = "meta.properties";

  /** What a Kafka broker puts into the folder of a partition. */
  private static final List<String> OF_KAFKA =
      List.of("partition.metadata", "leader-epoch-checkpoint");

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The log's folder; of a partition, one such as data/flights/flights-0.")
  private Path folder = Path.of("");

  LogDirectory() {}

  /** The folder in its shortest form, which is never an empty text. */
  Path path() {
    Path shortest = folder.normalize();
    return shortest.toString().isEmpty() ? Path.of(".") : shortest;
  }

  /** What stands for the log in errors about its messages. */
  String name() {
    return String.valueOf(path().toAbsolutePath().getFileName());
  }

  /** The folder, in which there must be a log. */
  Path existing() {
    Path path = path();
    if (!Files.exists(path)) {
      throw new UserException(
          path
              + ": no such folder; name the folder of a log, or make one with 'log publish --create'");
    }
    requireReadableFolder(path);
    if (!hasLog(path)) {
      throw new UserException(
          Files.exists(path.resolve(DATA_FOLDER))
              ? "%s is a folder of topics, not of a log; name one of its partitions, such as %s"
                  .formatted(path, path.resolve("flights-0"))
              : "%s is no log: it has no segments (*.log); name the folder of a log, or make one with 'log publish --create'"
                  .formatted(path));
    }
    return path;
  }

  private static void requireReadableFolder(Path path) {
    if (!Files.isDirectory(path)) {
      throw new UserException(path + " is a file, not a folder; name the folder of a log");
    }
    if (!Files.isReadable(path) || !Files.isExecutable(path)) {
      throw new UserException(path + ": no permission to read it; check its owner and mode");
    }
  }

  /** A log has segments; one that lost them still has the mark of what there was. */
  private static boolean hasLog(Path path) {
    return names(path).stream()
        .anyMatch(name -> SEGMENT.matcher(name).matches() || name.equals("forced.mark"));
  }

  private static List<String> names(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the log keeps an index of its keys. */
  boolean hasKeyIndex() {
    try (Stream<Path> files = Files.list(path())) {
      return files.anyMatch(KeyIndex::isFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- looking

  /**
   * Opens the log for reading: takes no lock, changes nothing, and can run beside a writer.
   *
   * @param uncommitted whether messages of aborted and of undecided transactions are shown
   * @param keyIndex whether to read by key
   */
  Log openView(Console console, boolean uncommitted, boolean keyIndex) {
    return Log.open(
        existing(),
        asFound(console).readOnly(true).readCommitted(!uncommitted).keyIndex(keyIndex).build());
  }

  /** The log's folder as a whole, for what is done without opening it. */
  LogFolder tools(Console console) {
    return LogFolder.of(Storage.disk(), existing(), asFound(console).build());
  }

  // ---- changing

  /** Opens the log for writing. */
  Log open(Console console, Compression compression, boolean sync, boolean keyIndex) {
    requireOurOwn();
    return Log.open(
        existing(),
        asFound(console)
            .createFolders(false)
            .compression(compression)
            .syncOnPublish(sync)
            .keyIndex(keyIndex || hasKeyIndex())
            .build());
  }

  /** Opens the log for writing, and keeps what it has. */
  Log open(Console console) {
    return open(console, Compression.NONE, false, false);
  }

  /** Makes the log if there is none, and says so. */
  void createIfAbsent(Console console) {
    Path path = path();
    if (Files.exists(path)) {
      requireReadableFolder(path);
      if (hasLog(path)) {
        return;
      }
      if (!names(path).isEmpty()) {
        throw new UserException(
            "%s is no log and not empty; name another folder, or a new one".formatted(path));
      }
    }
    requireOurOwn();
    Log.open(path, asFound(console).build()).close();
    console.err().println("created log " + path);
  }

  /**
   * Refuses a folder of which somebody else keeps track: its files must not be changed behind their
   * back.
   */
  void requireOurOwn() {
    requireNotOfKafka();
    if (isPartition()) {
      Path data = dataFolder();
      throw new UserException(
          "%s is a partition of the data folder %s, which keeps track of it; use 'headwater write %s --data %s', or a copy made by 'log backup'"
              .formatted(path(), data, PARTITION.matcher(name()).replaceAll("$1"), data));
    }
  }

  private void requireNotOfKafka() {
    for (String name : OF_KAFKA) {
      if (Files.exists(path().resolve(name))) {
        throw new UserException(
            "%s was written by a Kafka broker (it has a %s) and is only read here; use a copy made by 'log backup'"
                .formatted(path(), name));
      }
    }
  }

  private Path dataFolder() {
    Path real = path().toAbsolutePath().normalize();
    try {
      real = real.toRealPath();
    } catch (IOException e) {
      // It is not there yet, or may not be looked at: then the path itself has to do.
    }
    Path parent = real.getParent();
    return parent == null ? real : parent;
  }

  private boolean isPartition() {
    return PARTITION.matcher(name()).matches() && Files.exists(dataFolder().resolve(DATA_FOLDER));
  }

  /** What mends a log in its folder. */
  interface Mending {
    void run(LogFolder folder);
  }

  /**
   * Mends the log under its writer's lock, which of a partition is that of the whole data folder.
   */
  void mend(Console console, Mending mending) {
    Path path = existing();
    requireNotOfKafka();
    if (!isPartition()) {
      mending.run(LogFolder.of(Storage.disk(), path, asFound(console).build()));
      return;
    }
    DirectoryLock lock = Storage.disk().lock(dataFolder());
    try {
      mending.run(LogFolder.of(Storage.disk(), path, asFound(console).lockFolder(false).build()));
    } finally {
      lock.close();
    }
  }

  /** The options with which the log keeps the indexes that it has. */
  private LogOptions.Builder asFound(Console console) {
    List<String> names = Files.isDirectory(path()) ? names(path()) : List.of();
    boolean withoutTimes =
        names.stream().anyMatch(name -> name.endsWith(".index"))
            && names.stream().noneMatch(name -> name.endsWith(".timeindex"));
    return LogOptions.builder().clock(console.clock()).timeIndex(!withoutTimes);
  }
}
