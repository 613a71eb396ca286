package io.headwater.state.bytes;

import org.jspecify.annotations.Nullable;

/** A key in an index, with its committed version and the one that waits for the owner's commit. */
final class IndexEntry {
  final byte[] key;
  final int hash;

  /** What every thread may see; null if the key has no value. */
  volatile @Nullable Version committed;

  /** What the owner sees if it is not null. */
  @Nullable Version pending;

  /** Whether a sorted run has this entry. For the owner. */
  boolean inOrder;

  IndexEntry(byte[] key, int hash) {
    this.key = key;
    this.hash = hash;
  }

  /** The version that the owner sees, or null if the key has no value for it. */
  @Nullable Version owned() {
    Version changed = pending;
    if (changed == null) {
      return committed;
    }
    return changed == Version.DELETED ? null : changed;
  }

  /** Whether nobody can see a value here, now or after a commit. */
  boolean isDead() {
    return pending == null && committed == null;
  }
}
