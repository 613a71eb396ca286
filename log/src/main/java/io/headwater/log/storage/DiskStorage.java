package io.headwater.log.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The files of this machine. */
final class DiskStorage implements Storage {
  static final DiskStorage INSTANCE = new DiskStorage();

  /** Windows has no way to force a folder, and does not need it. */
  private static final boolean FORCES_FOLDERS =
      !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  private DiskStorage() {}

  @Override
  public void createDirectories(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    var missing = new ArrayList<Path>();
    for (Path each = absolute; each != null && !Files.isDirectory(each); each = each.getParent()) {
      missing.add(0, each);
    }
    for (Path each : missing) {
      try {
        Files.createDirectory(each);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(each)) {
          throw new LogException(each + " is a file where a folder is needed", e);
        }
      } catch (IOException e) {
        throw failure(each, "creating the folder", e);
      }
      Path parent = each.getParent();
      if (parent != null) {
        forceDirectory(parent);
      }
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public List<Path> list(Path folder) {
    var children = new ArrayList<Path>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(children::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (NotDirectoryException e) {
      throw new LogException(folder + " is a file where a folder is needed", e);
    } catch (IOException e) {
      throw failure(folder, "listing the folder", e);
    }
    children.sort(Comparator.comparing(child -> String.valueOf(child.getFileName())));
    return children;
  }

  @Override
  public StorageFile create(Path file) {
    try {
      return DiskFile.create(file);
    } catch (IOException e) {
      throw failure(file, "creating it", e);
    }
  }

  @Override
  public StorageFile open(Path file) {
    try {
      return DiskFile.open(file);
    } catch (IOException e) {
      throw failure(file, "opening it", e);
    }
  }

  @Override
  public StorageFile openReadOnly(Path file) {
    try {
      return DiskFile.openReadOnly(file);
    } catch (IOException e) {
      throw failure(file, "opening it for reading", e);
    }
  }

  @Override
  public FileView view(Path file) {
    Mapping mapping;
    try {
      mapping = Mapping.of(file, Files.size(file), false, () -> {});
    } catch (IOException e) {
      throw failure(file, "mapping it", e);
    }
    return new FileView() {
      private final AtomicBoolean closed = new AtomicBoolean();

      @Override
      public ByteBuffer bytes() {
        return mapping.bytes();
      }

      @Override
      public void close() {
        if (closed.compareAndSet(false, true)) {
          mapping.release();
        }
      }
    };
  }

  @Override
  public String stamp(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      long nanos = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      return nanos + "-" + Objects.hashCode(attributes.fileKey());
    } catch (IOException e) {
      throw failure(file, "asking for its age", e);
    }
  }

  @Override
  public void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(from, "renaming it to " + to, e);
    }
  }

  @Override
  public void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw failure(path, "deleting it", e);
    }
  }

  @Override
  public void forceDirectory(Path folder) {
    if (!FORCES_FOLDERS) {
      return;
    }
    try {
      Uninterrupted.call(
          () -> {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
              channel.force(true);
              return true;
            }
          });
    } catch (IOException e) {
      throw failure(folder, "forcing the folder to disk", e);
    }
  }

  @Override
  public DirectoryLock lock(Path folder) {
    return DiskLock.take(folder);
  }

  /** The exception for a failed operation: what was done, where, and why it failed. */
  static LogException failure(Path file, String doing, IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    if (reason.contains("No space left on device")
        || reason.contains("Disk quota exceeded")
        || reason.contains("not enough space on the disk")) {
      return new DiskFullException(file, doing, cause);
    }
    if (cause instanceof AccessDeniedException || reason.contains("Permission denied")) {
      return new LogException(
          "%s: no permission while %s; check its owner and mode".formatted(file, doing), cause);
    }
    if (cause instanceof NoSuchFileException
        || (cause instanceof FileNotFoundException && !Files.exists(file))) {
      return new LogException("%s: there is no such file (%s)".formatted(file, doing), cause);
    }
    if (cause instanceof FileSystemException e && e.getReason() != null) {
      reason = e.getReason();
    }
    return new LogException("%s: failed while %s: %s".formatted(file, doing, reason), cause);
  }
}
