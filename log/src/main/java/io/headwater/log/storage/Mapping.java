package io.headwater.log.storage;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * The first bytes of a file in memory.
 *
 * <p>Java 17 releases a mapping only when the garbage collector finds it, which may be never in a
 * small heap; {@code Unsafe.invokeCleaner} is the one other way, and this the one class that uses
 * it. Touching a released mapping ends the process: that is why it is counted.
 */
final class Mapping extends Counted {
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
  private final Runnable whenGivenBack;

  private Mapping(MappedByteBuffer buffer, Runnable whenGivenBack) {
    this.buffer = buffer;
    this.whenGivenBack = whenGivenBack;
  }

  /**
   * Maps the first bytes of a file, which must have them. Held once, by the caller.
   *
   * @param whenGivenBack runs once it is no longer mapped
   */
  static Mapping of(Path file, long bytes, boolean writable, Runnable whenGivenBack)
      throws IOException {
    Set<StandardOpenOption> options =
        writable
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
            : Set.of(StandardOpenOption.READ);
    MapMode mode = writable ? MapMode.READ_WRITE : MapMode.READ_ONLY;
    MappedByteBuffer buffer =
        Uninterrupted.callAside(
            () -> {
              try (FileChannel channel = FileChannel.open(file, options)) {
                return channel.map(mode, 0, bytes);
              }
            });
    return new Mapping(buffer, whenGivenBack);
  }

  int size() {
    return buffer.capacity();
  }

  /** The mapped bytes; only to be touched by who holds the mapping. */
  ByteBuffer bytes() {
    return buffer;
  }

  void read(int position, byte[] target, int offset, int length) {
    buffer.get(position, target, offset, length);
  }

  void write(int position, byte[] source, int offset, int length) {
    buffer.put(position, source, offset, length);
  }

  /** Forces what was written through it, where forcing the file does not. */
  void force() {
    buffer.force();
  }

  @Override
  void giveBack() {
    try {
      INVOKE_CLEANER.invoke(UNSAFE, buffer);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot release a mapping", e);
    }
    whenGivenBack.run();
  }
}
