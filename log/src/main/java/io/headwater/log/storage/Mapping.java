package io.headwater.log.storage;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A read-only view of the first bytes of a file, released when its last reader is done.
 *
 * <p>Java 17 releases a mapping only when the garbage collector finds it, which may be never in a
 * small heap; {@code Unsafe.invokeCleaner} is the one other way, and this the one class that uses
 * it. Reading a released mapping ends the process, hence the count: it starts at one for the file
 * that owns the mapping, and a reader may only read between {@link #retain} and {@link #release}.
 */
final class Mapping {
  private static final Object UNSAFE;
  private static final Method INVOKE_CLEANER;

  static {
    try {
      Class<?> unsafe = Class.forName("sun.misc.Unsafe");
      Field instance = unsafe.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      UNSAFE = instance.get(null);
      INVOKE_CLEANER = unsafe.getMethod("invokeCleaner", ByteBuffer.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MappedByteBuffer buffer;
  private final AtomicInteger holders = new AtomicInteger(1);

  private Mapping(MappedByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** Maps the first bytes of a file, which must have them. Held once, by the caller. */
  static Mapping of(Path file, long bytes) throws IOException {
    MappedByteBuffer buffer =
        Uninterrupted.call(
            () -> {
              try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes);
              }
            });
    return new Mapping(buffer);
  }

  int size() {
    return buffer.capacity();
  }

  /** Keeps the mapping for a reader; false if it was released already. */
  boolean retain() {
    while (true) {
      int count = holders.get();
      if (count == 0) {
        return false;
      }
      if (holders.compareAndSet(count, count + 1)) {
        return true;
      }
    }
  }

  void read(int position, byte[] target, int offset, int length) {
    buffer.get(position, target, offset, length);
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      try {
        INVOKE_CLEANER.invoke(UNSAFE, buffer);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot release a mapping", e);
      }
    }
  }
}
