package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.broker.Broker;
import io.headwater.broker.DefaultPartitioner;
import io.headwater.broker.TopicPartition;
import io.headwater.broker.TransactionalProducer;
import io.headwater.cli.WritePositions.Position;
import io.headwater.log.BatchLog;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines into a topic, in transactions of a fifth of a second each. With the records of a
 * transaction goes the number of lines that are done; whatever ends the writer, the next one goes
 * on from there. A transaction also ends where the writer has to wait for its input, so that a line
 * is not held back by the next one.
 */
final class LineWriter {
  private static final Duration COMMITTED_EVERY = Duration.ofMillis(200);
  private static final int BATCH_BYTES = 256 * 1024;
  private static final Position START = new Position(0, 0);

  private final Console console;
  private final Broker broker;
  private final String topic;
  private final int partitions;
  private final @Nullable String deadLetterTopic;
  private final String name;
  private final @Nullable String source;
  private final LineReader reader;
  private final Pacer pacer;
  private final TreeMap<TopicPartition, BatchBuilder> batches = new TreeMap<>();

  private Position done = START;
  private Counts counts = new Counts(0, 0, 0, 0);
  private Counts committed = counts;
  private @Nullable Instant commitDue; // null while no transaction is open

  /**
   * A writer into topics that exist.
   *
   * @param deadLetterTopic where malformed lines go; null to stop at the first one
   * @param name of the input, in messages
   * @param source under which the number of lines is kept; null to keep none
   */
  LineWriter(
      Console console,
      Broker broker,
      String topic,
      @Nullable String deadLetterTopic,
      String name,
      @Nullable String source,
      LineReader reader,
      Pacer pacer) {
    this.console = console;
    this.broker = broker;
    this.topic = topic;
    this.partitions = broker.describe(topic).partitions().size();
    this.deadLetterTopic = deadLetterTopic;
    this.name = name;
    this.source = source;
    this.reader = reader;
    this.pacer = pacer;
  }

  /** What became of the lines; each is counted once. */
  record Counts(long written, long alreadyThere, long blank, long deadLettered) {
    Counts plus(long moreWritten, long moreBlank, long moreDeadLettered) {
      return new Counts(
          written + moreWritten, alreadyThere, blank + moreBlank, deadLettered + moreDeadLettered);
    }
  }

  /** What became of the lines so far, up to the last commit. */
  Counts counts() {
    return committed;
  }

  /**
   * Writes all lines, or those up to a stop.
   *
   * @param progress called after each line
   * @throws UserException at a malformed line, if there is no topic for such; the lines before it
   *     are written
   */
  void write(LineSource lines, Runnable progress) throws IOException {
    skipWritten(lines);
    try (TransactionalProducer producer =
        broker.transactionalProducer(WritePositions.group(topic))) {
      while (goesOn(producer, lines)) {
        if (commitDue == null) {
          producer.begin();
          commitDue = console.clock().instant().plus(COMMITTED_EVERY);
        }
        try {
          counts = add(producer, lines.line(), lines.number());
        } catch (MalformedLineException e) {
          commit(producer);
          throw new UserException(
              "%s line %d: %s; the lines before it are written: mend it and run this again, or use --dead-letter"
                  .formatted(name, lines.number(), e.getMessage()),
              e);
        }
        done = new Position(lines.number(), lines.checksum());
        pacer.passed(1);
        progress.run();
      }
      commit(producer);
    }
  }

  private void skipWritten(LineSource lines) throws IOException {
    if (source == null) {
      return;
    }
    done = WritePositions.find(broker, topic, source).orElse(START);
    while (lines.number() < done.lines() && lines.advance()) {
      // Only the checksum of these lines is of interest.
    }
    if (lines.number() < done.lines() || lines.checksum() != done.checksum()) {
      throw new UserException(
          "topic %s has %d lines of another %s, which began otherwise; to write this one too, name it with --source"
              .formatted(topic, done.lines(), source));
    }
    counts = new Counts(0, done.lines(), 0, 0);
    committed = counts;
  }

  /** Goes to the next line once it is its turn, and commits before if that takes too long. */
  private boolean goesOn(TransactionalProducer producer, LineSource lines) throws IOException {
    Duration wait = pacer.untilNext();
    if (commitDue != null
        && (lines.mayWait() || !console.clock().instant().plus(wait).isBefore(commitDue))) {
      commit(producer);
      wait = pacer.untilNext();
    }
    boolean due = wait.isNegative() || wait.isZero();
    boolean stopped = due ? console.stop().requested() : console.stop().await(wait);
    return !stopped && lines.advance();
  }

  private Counts add(TransactionalProducer producer, byte[] line, long number)
      throws MalformedLineException {
    if (LineSource.isBlank(line)) {
      return counts.plus(0, 1, 0);
    }
    try {
      LineReader.Parsed parsed = reader.parse(line);
      byte[] key = parsed.key();
      int partition =
          key == null ? (int) (number % partitions) : DefaultPartitioner.partition(key, partitions);
      Long timestampMs = parsed.timestampMs();
      append(
          producer,
          new TopicPartition(topic, partition),
          timestampMs == null ? console.clock().millis() : timestampMs,
          key,
          line,
          Headers.EMPTY);
      return counts.plus(1, 0, 0);
    } catch (MalformedLineException e) {
      if (deadLetterTopic == null) {
        throw e;
      }
      Headers headers =
          Headers.EMPTY
              .add("source", name.getBytes(UTF_8))
              .add("line", Long.toString(number).getBytes(UTF_8))
              .add("error", String.valueOf(e.getMessage()).getBytes(UTF_8));
      append(
          producer,
          new TopicPartition(deadLetterTopic, 0),
          console.clock().millis(),
          null,
          line,
          headers);
      return counts.plus(0, 0, 1);
    }
  }

  private void append(
      TransactionalProducer producer,
      TopicPartition partition,
      long timestampMs,
      byte @Nullable [] key,
      byte[] value,
      Headers headers) {
    BatchBuilder batch = batches.computeIfAbsent(partition, absent -> new BatchBuilder());
    long more = BatchBuilder.sizeOf(key, value, headers);
    if (!batch.isEmpty() && batch.sizeInBytes() + more > BatchLog.BATCH_BYTES_MAX) {
      producer.append(partition, batch);
      batch.reset();
    }
    batch.append(timestampMs, key, value, headers);
    if (batch.sizeInBytes() >= BATCH_BYTES) {
      producer.append(partition, batch);
      batch.reset();
    }
  }

  private void commit(TransactionalProducer producer) {
    if (commitDue == null) {
      return;
    }
    batches.forEach(
        (partition, batch) -> {
          if (!batch.isEmpty()) {
            producer.append(partition, batch);
            batch.reset();
          }
        });
    if (source != null) {
      producer.addOffsets(WritePositions.group(topic), WritePositions.toOffsets(source, done));
    }
    producer.commit();
    committed = counts;
    commitDue = null;
    broker.doWork();
  }
}
