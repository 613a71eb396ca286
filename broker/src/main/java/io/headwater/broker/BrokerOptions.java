package io.headwater.broker;

import io.headwater.log.storage.Storage;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a broker works.
 *
 * @param storage where its files are; the disk by default
 * @param clock for append times, commit times and timeouts; the system's by default
 * @param durability what an acknowledgement means; {@link Durability#COMMIT} by default
 * @param segmentBytes the segment size of topics that name none; 64 MiB by default
 * @param transactionTimeout a transaction open for longer is aborted by {@link Broker#doWork} and
 *     its producer fenced; 1 minute by default
 */
public record BrokerOptions(
    Storage storage,
    InstantSource clock,
    Durability durability,
    int segmentBytes,
    Duration transactionTimeout) {
  public BrokerOptions {
    if (segmentBytes < TopicConfig.SEGMENT_BYTES_MIN) {
      throw new IllegalArgumentException(
          "segmentBytes must be at least %d, was %d"
              .formatted(TopicConfig.SEGMENT_BYTES_MIN, segmentBytes));
    }
    if (transactionTimeout.isZero() || transactionTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "transactionTimeout must be positive, was " + transactionTimeout);
    }
  }

  /** The disk, the system's clock, and the defaults above. */
  public static BrokerOptions defaults() {
    return new BrokerOptions(
        Storage.disk(),
        InstantSource.system(),
        Durability.COMMIT,
        64 * 1024 * 1024,
        Duration.ofMinutes(1));
  }

  public BrokerOptions withStorage(Storage other) {
    return new BrokerOptions(other, clock, durability, segmentBytes, transactionTimeout);
  }

  public BrokerOptions withClock(InstantSource other) {
    return new BrokerOptions(storage, other, durability, segmentBytes, transactionTimeout);
  }

  public BrokerOptions withDurability(Durability other) {
    return new BrokerOptions(storage, clock, other, segmentBytes, transactionTimeout);
  }

  public BrokerOptions withSegmentBytes(int bytes) {
    return new BrokerOptions(storage, clock, durability, bytes, transactionTimeout);
  }

  public BrokerOptions withTransactionTimeout(Duration timeout) {
    return new BrokerOptions(storage, clock, durability, segmentBytes, timeout);
  }
}
