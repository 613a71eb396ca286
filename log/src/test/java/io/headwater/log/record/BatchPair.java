package io.headwater.log.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.serde.Header;
import io.headwater.serde.Headers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** A batch made twice from one list of records: by us and by Kafka's builder. */
final class BatchPair {
  static final int LEADER_EPOCH = 0;

  final byte[] ours;
  final byte[] kafkas;
  final List<String> records;

  private BatchPair(byte[] ours, byte[] kafkas, List<String> records) {
    this.ours = ours;
    this.kafkas = kafkas;
    this.records = records;
  }

  static BatchPair random(Random random, BatchBuilder builder, Compression compression) {
    builder.reset();
    boolean appendTime = random.nextInt(4) == 0;
    boolean fromProducer = random.nextBoolean();
    boolean transactional = fromProducer && random.nextBoolean();
    long producerId = fromProducer ? random.nextLong(Long.MAX_VALUE) : -1;
    short epoch = fromProducer ? (short) random.nextInt(Short.MAX_VALUE) : -1;
    int sequence = fromProducer ? random.nextInt(Integer.MAX_VALUE) : -1;
    long baseOffset = random.nextInt(3) == 0 ? 0 : random.nextLong(Long.MAX_VALUE / 2);
    long appendTimeMs = random.nextLong(1L << 42);
    var kafka =
        new MemoryRecordsBuilder(
            ByteBuffer.allocate(1024),
            (byte) 2,
            kafkas(compression),
            appendTime
                ? org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME
                : org.apache.kafka.common.record.TimestampType.CREATE_TIME,
            baseOffset,
            appendTimeMs,
            producerId,
            epoch,
            sequence,
            transactional,
            false,
            LEADER_EPOCH,
            Integer.MAX_VALUE);
    if (fromProducer) {
      builder.producer(producerId, epoch, sequence, transactional);
    }
    var texts = new ArrayList<String>();
    int count = 1 + (random.nextInt(10) == 0 ? random.nextInt(300) : random.nextInt(5));
    long timestamp = random.nextLong(1L << 42);
    for (int i = 0; i < count; i++) {
      timestamp = nextTimestamp(random, timestamp);
      byte[] key = randomBytes(random, 40);
      byte[] value = randomBytes(random, random.nextInt(20) == 0 ? 40_000 : 200);
      List<Header> headers = randomHeaders(random);
      long before = builder.sizeInBytes();
      long bound = BatchBuilder.sizeOf(key, value, Headers.of(headers));
      builder.append(timestamp, key, value, Headers.of(headers));
      assertThat(builder.sizeInBytes() - before).isLessThanOrEqualTo(bound);
      kafka.append(
          timestamp,
          key,
          value,
          headers.stream()
              .map(header -> new RecordHeader(header.key(), header.value()))
              .toArray(org.apache.kafka.common.header.Header[]::new));
      texts.add(
          text(
              baseOffset + i,
              appendTime ? appendTimeMs : timestamp,
              key,
              value,
              Headers.of(headers)));
    }
    builder.compress(compression);
    builder.finish(
        baseOffset,
        appendTime ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME,
        appendTimeMs);
    return new BatchPair(
        Arrays.copyOf(builder.array(), builder.sizeInBytes()),
        Utils.readBytes(kafka.build().buffer()),
        texts);
  }

  /** The same compression as Kafka names it, at its default level. */
  static org.apache.kafka.common.compress.Compression kafkas(Compression compression) {
    return switch (compression) {
      case NONE -> org.apache.kafka.common.compress.Compression.NONE;
      case GZIP -> org.apache.kafka.common.compress.Compression.gzip().build();
      case SNAPPY -> org.apache.kafka.common.compress.Compression.snappy().build();
      case LZ4 -> org.apache.kafka.common.compress.Compression.lz4().build();
      case ZSTD -> org.apache.kafka.common.compress.Compression.zstd().build();
    };
  }

  /** A record as a test sees it; compared by its text. */
  static String text(
      long offset,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Object headers) {
    return offset + "@" + timestampMs + " " + text(key) + "=" + text(value) + " " + headers;
  }

  static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : Arrays.toString(bytes);
  }

  private static long nextTimestamp(Random random, long timestamp) {
    return switch (random.nextInt(5)) {
      case 0 -> timestamp;
      case 1 -> Math.max(0, timestamp - random.nextInt(100_000));
      case 2 -> random.nextLong(1L << 60);
      default -> timestamp + random.nextInt(1000);
    };
  }

  private static byte @Nullable [] randomBytes(Random random, int max) {
    if (random.nextInt(6) == 0) {
      return null;
    }
    byte[] bytes = new byte[random.nextInt(6) == 0 ? 0 : random.nextInt(max)];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
    } else {
      Arrays.fill(bytes, (byte) 'x'); // of which compression leaves little
    }
    return bytes;
  }

  private static List<Header> randomHeaders(Random random) {
    String[] names = {"", "a", "trace-id", "größe", "\uD83D\uDE80", "x".repeat(130)};
    var headers = new ArrayList<Header>();
    for (int i = random.nextInt(3) == 0 ? random.nextInt(6) : 0; i > 0; i--) {
      headers.add(new Header(names[random.nextInt(names.length)], randomBytes(random, 20)));
    }
    return headers;
  }
}
