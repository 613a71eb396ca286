package io.headwater.cli;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.BrokerView;
import io.headwater.broker.ReadOnlyBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The option that says which folder a command works on. */
final class DataFolder {
  private static final String DEFAULT = "./data/flights";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = DEFAULT,
      description = "The data folder (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of(DEFAULT);

  DataFolder() {}

  /** The folder in its shortest form, which is never an empty text. */
  Path path() {
    Path shortest = folder.normalize();
    return shortest.toString().isEmpty() ? Path.of(".") : shortest;
  }

  /** What names this folder on another command's line: nothing if it is the default one. */
  String asOption() {
    return folder.equals(Path.of(DEFAULT)) ? "" : " --data " + folder;
  }

  /** The folder, which must be there. */
  Path existing() {
    if (!Files.isDirectory(path())) {
      throw new UserException(
          "%s: no such folder; name one with --data, or make this one with 'headwater demo'"
              .formatted(path()));
    }
    if (!Files.isReadable(path()) || !Files.isExecutable(path())) {
      throw new UserException(
          "%s: no permission to read it; check its owner and mode".formatted(path()));
    }
    return path();
  }

  /** Opens the folder for reading: takes no lock, changes nothing, and can run beside a writer. */
  ReadOnlyBroker openReadOnly() {
    return BrokerView.openReadOnly(existing());
  }

  /** Opens a folder that is there for writing. */
  Broker open(Console console) {
    existing();
    return openOrCreate(console);
  }

  /** Opens the folder for writing, and makes it if it is not there. */
  Broker openOrCreate(Console console) {
    requireOursOrNew();
    return Broker.open(path(), BrokerOptions.defaults().withClock(console.clock()));
  }

  /** A slip in --data must not scatter our files among somebody else's. */
  void requireOursOrNew() {
    if (Files.exists(path()) && !Files.exists(path().resolve("meta.properties")) && !isEmpty()) {
      throw new UserException(
          "%s is not a Headwater data folder and not empty; name another one with --data"
              .formatted(path()));
    }
  }

  private boolean isEmpty() {
    if (!Files.isDirectory(path())) {
      throw new UserException(
          "%s is a file, not a folder; name another one with --data".formatted(path()));
    }
    try (Stream<Path> children = Files.list(path())) {
      return children.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
