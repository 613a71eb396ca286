package io.headwater.benchmarks.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that a benchmark makes and removes. */
public final class Folders {
  private Folders() {}

  /** Makes a folder, without what an earlier run may have left in it. */
  public static Path empty(Path folder) throws IOException {
    delete(folder);
    return Files.createDirectories(folder);
  }

  /**
   * Frees the space of all files below a folder, and leaves the files. For some minutes after many
   * files were deleted, ext4 takes long to create one, which would count against whoever is
   * measured next and has many small files.
   */
  public static void emptyFiles(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> paths = Files.walk(folder)) {
      files = paths.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Files.write(file, new byte[0]);
    }
  }

  /** Deletes a folder and all that is in it, if it is there. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      try {
        Files.delete(path);
      } catch (NoSuchFileException gone) {
        // As wanted.
      }
    }
  }
}
