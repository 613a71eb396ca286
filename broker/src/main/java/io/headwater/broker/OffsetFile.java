package io.headwater.broker;

import io.headwater.log.segment.Segment;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Files that are named by an offset, of 20 digits, and what they hold. */
final class OffsetFile {
  private static final Pattern OFFSET = Pattern.compile("\\d{20}");

  private OffsetFile() {}

  static Path path(Path folder, long offset, String suffix) {
    return folder.resolve(Segment.name(offset, suffix));
  }

  /** The offsets of a folder's files of one kind, ascending. */
  static List<Long> offsets(Storage storage, Path folder, String suffix) {
    return storage.list(folder).stream()
        .map(path -> String.valueOf(path.getFileName()))
        .filter(name -> name.endsWith(suffix))
        .map(name -> name.substring(0, name.length() - suffix.length()))
        .filter(digits -> OFFSET.matcher(digits).matches())
        .map(Long::valueOf)
        .sorted()
        .toList();
  }
}
