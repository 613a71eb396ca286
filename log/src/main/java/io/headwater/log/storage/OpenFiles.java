package io.headwater.log.storage;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The files that hold a mapping or descriptor for their readers: only so many at a time. One more
 * makes another give its own back, one that was not read since it was last looked at; it takes it
 * again when it is read. Safe for many threads.
 */
final class OpenFiles {
  private final int max;
  private final LinkedHashSet<DiskFile> files = new LinkedHashSet<>(); // the next to look at first

  OpenFiles(int max) {
    this.max = max;
  }

  /** Notes a file that has just taken something. The caller holds no lock. */
  void opened(DiskFile file) {
    for (DiskFile each : chosen(file)) {
      each.giveBackUnused();
    }
  }

  private synchronized List<DiskFile> chosen(DiskFile file) {
    files.remove(file);
    files.add(file);
    var chosen = new ArrayList<DiskFile>();
    // The second time round none has been read, but by those who read just now.
    for (int looks = 2 * files.size(); files.size() > max && looks > 0; looks--) {
      Iterator<DiskFile> oldest = files.iterator();
      DiskFile candidate = oldest.next();
      oldest.remove();
      if (candidate == file || candidate.wasReadSinceAsked()) {
        files.add(candidate);
      } else {
        chosen.add(candidate);
      }
    }
    return chosen;
  }

  /** Forgets a file that has nothing to give back any more. */
  synchronized void closed(DiskFile file) {
    files.remove(file);
  }

  synchronized boolean has(DiskFile file) {
    return files.contains(file);
  }

  synchronized int count() {
    return files.size();
  }
}
