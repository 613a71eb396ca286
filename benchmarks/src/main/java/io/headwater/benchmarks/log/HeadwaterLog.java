package io.headwater.benchmarks.log;

import static java.util.Objects.requireNonNull;

import io.headwater.benchmarks.engine.EngineServer;
import io.headwater.log.Consumed;
import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Headwater's log, as it comes. */
public final class HeadwaterLog implements TestedLog {
  private static final int CONSUME_COUNT = 1000;

  private final Log log;
  private final List<Message> batch = new ArrayList<>();

  HeadwaterLog(Path folder, LogCase of) {
    log = Log.open(folder, LogOptions.builder().syncOnPublish(of.sync()).build());
  }

  /**
   * Serves a {@link LogEngine} for Headwater's log, as {@link EngineServer} does.
   *
   * @param args the folder, and the task's arguments
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = List.of(args);
    LogTask task = LogTask.parse(arguments.subList(1, arguments.size()));
    EngineServer.serve(() -> new LogEngine(task, Path.of(args[0]), HeadwaterLog::new));
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
    Consumed read = log.consume(Log.OLDEST, CONSUME_COUNT);
    while (!read.messages().isEmpty()) {
      for (Message message : read.messages()) {
        accept(message, reader);
      }
      read = log.consume(read.nextOffset(), CONSUME_COUNT);
    }
  }

  @Override
  public void get(long offset, Reader reader) {
    accept(log.get(offset), reader);
  }

  private static void accept(Message message, Reader reader) {
    byte[] key = requireNonNull(message.key());
    byte[] value = requireNonNull(message.value());
    reader.accept(key, 0, key.length, value, 0, value.length);
  }

  @Override
  public void close() {
    log.close();
  }
}
