package io.headwater.log.storage;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Files in memory. Paths are only names here; each is made absolute first, as on a disk. */
final class MemoryStorage implements Storage {
  private final TreeMap<Path, MemoryFile> files = new TreeMap<>();
  private final TreeSet<Path> folders = new TreeSet<>();
  private final TreeSet<Path> locked = new TreeSet<>();

  private static Path name(Path path) {
    return path.toAbsolutePath().normalize();
  }

  @Override
  public synchronized void createDirectories(Path folder) {
    for (Path each = name(folder); each != null; each = each.getParent()) {
      if (files.containsKey(each)) {
        throw new LogException(each + " is a file where a folder is needed");
      }
      folders.add(each);
    }
  }

  @Override
  public synchronized boolean exists(Path path) {
    Path name = name(path);
    return files.containsKey(name) || folders.contains(name);
  }

  @Override
  public synchronized List<Path> list(Path folder) {
    Path name = name(folder);
    var children = new TreeSet<Path>(Comparator.comparing(Path::toString));
    for (Set<Path> names : List.of(files.keySet(), folders)) {
      for (Path each : names) {
        if (name.equals(each.getParent())) {
          children.add(each);
        }
      }
    }
    return children.stream().map(child -> folder.resolve(name.relativize(child))).toList();
  }

  @Override
  public synchronized StorageFile create(Path file) {
    Path name = name(file);
    Path parent = name.getParent();
    if (parent == null || !folders.contains(parent)) {
      throw new LogException("%s: there is no folder for it".formatted(file));
    }
    if (folders.contains(name)) {
      throw new LogException(file + " is a folder where a file is needed");
    }
    var created = new MemoryFile();
    files.put(name, created);
    return created.open(file, true);
  }

  @Override
  public synchronized StorageFile open(Path file) {
    return existing(file).open(file, true);
  }

  @Override
  public synchronized StorageFile openReadOnly(Path file) {
    return existing(file).open(file, false);
  }

  private MemoryFile existing(Path file) {
    MemoryFile existing = files.get(name(file));
    if (existing == null) {
      throw new LogException(
          "%s: there is no such file (opening it)".formatted(file),
          new NoSuchFileException(file.toString()));
    }
    return existing;
  }

  @Override
  public synchronized String stamp(Path file) {
    return existing(file).stamp();
  }

  @Override
  public synchronized void move(Path from, Path to) {
    MemoryFile moved = existing(from);
    files.remove(name(from));
    files.put(name(to), moved);
  }

  @Override
  public synchronized void delete(Path path) {
    Path name = name(path);
    if (folders.contains(name) && !list(path).isEmpty()) {
      throw new LogException(path + ": the folder cannot be deleted, it is not empty");
    }
    files.remove(name);
    folders.remove(name);
  }

  @Override
  public void forceDirectory(Path folder) {}

  @Override
  public synchronized DirectoryLock lock(Path folder) {
    Path name = name(folder);
    if (!locked.add(name)) {
      throw new FolderInUseException(folder, ProcessHandle.current().pid());
    }
    return () -> unlock(name);
  }

  private synchronized void unlock(Path name) {
    locked.remove(name);
  }
}
