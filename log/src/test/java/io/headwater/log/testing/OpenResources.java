package io.headwater.log.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds of the operating system, for finding leaks.
 *
 * @param descriptors of files in a folder; 0 where the system does not tell
 * @param mappings of files anywhere
 * @param mappedBytes how many bytes these are
 */
public record OpenResources(long descriptors, long mappings, long mappedBytes) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** What it holds now. */
  public static OpenResources in(Path folder) {
    BufferPoolMXBean mapped =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("mapped"))
            .findFirst()
            .orElseThrow();
    return new OpenResources(descriptorCount(folder), mapped.getCount(), mapped.getMemoryUsed());
  }

  private static long descriptorCount(Path folder) {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      String prefix = folder.toRealPath() + "/";
      return open.filter(each -> target(each).startsWith(prefix)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // it has been closed since
    }
  }
}
