package io.headwater.benchmarks.log;

import static java.util.Objects.requireNonNull;

import io.headwater.benchmarks.engine.EngineServer;
import io.headwater.log.Log;
import io.headwater.log.LogCursor;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Headwater's log, as it comes. */
public final class HeadwaterLog implements TestedLog {
  private final Log log;
  private final boolean keysAbsent;
  private final List<Message> batch = new ArrayList<>();

  private HeadwaterLog(Path folder, LogCase of, LogOptions options) {
    log = Log.open(folder, options);
    keysAbsent = of.kind() == LogCase.Kind.GET_KEY_ABSENT;
  }

  /** Opens a log that has the indexes which the case needs. */
  static HeadwaterLog open(Path folder, LogCase of) {
    LogOptions options = LogOptions.builder().syncOnPublish(of.sync()).keyIndex(of.keyed()).build();
    return new HeadwaterLog(folder, of, options);
  }

  /** Opens a log that finds a message by its offset alone, whatever the case needs. */
  static HeadwaterLog openUnindexed(Path folder, LogCase of) {
    LogOptions options = LogOptions.builder().syncOnPublish(of.sync()).timeIndex(false).build();
    return new HeadwaterLog(folder, of, options);
  }

  /**
   * Serves a {@link LogEngine} for Headwater's log, as {@link EngineServer} does.
   *
   * @param args the folder, and the task's arguments
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    serve(args, HeadwaterLog::open);
  }

  static void serve(String[] args, Opener opener) throws IOException, InterruptedException {
    List<String> arguments = List.of(args);
    LogTask task = LogTask.parse(arguments.subList(1, arguments.size()));
    EngineServer.serve(() -> new LogEngine(task, Path.of(args[0]), opener));
  }

  @Override
  public void publish(Messages messages, long from, int count) {
    if (count == 1) {
      log.publish(messages.key(from), messages.value(from));
      return;
    }
    batch.clear();
    for (long n = from; n < from + count; n++) {
      batch.add(Message.of(messages.key(n), messages.value(n)));
    }
    log.publish(batch);
  }

  @Override
  public void readAll(Reader reader) {
    LogCursor cursor = log.cursor(Log.OLDEST);
    while (cursor.next()) {
      accept(cursor, reader);
    }
  }

  @Override
  public void get(long offset, Reader reader) {
    accept(log.get(offset), reader);
  }

  /** A key that may be absent is asked for by the call that tells so without an exception. */
  @Override
  public void getByKey(byte[] key, Reader reader) {
    if (keysAbsent) {
      getByKeys(Collections.singletonList(key), reader);
    } else {
      accept(log.getByKey(key), reader);
    }
  }

  @Override
  public void getByKeys(List<byte[]> keys, Reader reader) {
    List<byte @Nullable []> wanted = Collections.unmodifiableList(keys);
    for (Message message : log.getByKeys(wanted)) {
      if (message == null) {
        reader.absent();
      } else {
        accept(message, reader);
      }
    }
  }

  static void accept(LogCursor cursor, Reader reader) {
    byte[] array = cursor.array();
    reader.accept(
        array,
        cursor.keyPosition(),
        cursor.keySize(),
        array,
        cursor.valuePosition(),
        cursor.valueSize());
  }

  static void accept(Message message, Reader reader) {
    byte[] key = requireNonNull(message.key());
    byte[] value = requireNonNull(message.value());
    reader.accept(key, 0, key.length, value, 0, value.length);
  }

  @Override
  public void close() {
    log.close();
  }
}
