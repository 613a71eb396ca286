package io.headwater.state.bytes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes on their way to a changelog, gathered into batches of about 16 KiB. A version that comes
 * with a change learns its place when the batch is written.
 */
final class ChangelogBuffer {
  private static final int BATCH_BYTES = 16 << 10;
  private static final int RECORD_OVERHEAD_BYTES = 16;

  private final Changelog changelog;
  private final List<Change> changes = new ArrayList<>();
  private final List<@Nullable Version> versions = new ArrayList<>();
  private int bytes;

  ChangelogBuffer(Changelog changelog) {
    this.changelog = changelog;
  }

  /**
   * Adds a change, and writes the batch if it has become large enough. A large change gets a batch
   * of its own: past a size a log takes none of more than one record.
   */
  void add(Change change, @Nullable Version version) {
    byte[] value = change.value();
    int more = change.key().length + (value == null ? 0 : value.length) + RECORD_OVERHEAD_BYTES;
    if (more >= BATCH_BYTES) {
      flush();
    }
    changes.add(change);
    versions.add(version);
    bytes += more;
    if (bytes >= BATCH_BYTES) {
      flush();
    }
  }

  /** Writes what is left. */
  void flush() {
    if (changes.isEmpty()) {
      return;
    }
    changelog.append(
        changes,
        (index, segmentBase, position, sizeBytes) -> {
          Version version = versions.get(index);
          if (version != null) {
            version.place(segmentBase, position, sizeBytes);
          }
        });
    clear();
  }

  /** Forgets what is not written. */
  void clear() {
    changes.clear();
    versions.clear();
    bytes = 0;
  }

  /** Throws if something is not written: a commit that left it out would lose it. */
  void ensureFlushed() {
    if (!changes.isEmpty()) {
      throw new IllegalStateException(
          "%d changes of %s-%d are not flushed; flush the store before its transaction commits"
              .formatted(changes.size(), changelog.topic(), changelog.partition()));
    }
  }
}
