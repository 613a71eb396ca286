package io.headwater.testkit.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.Durability;
import io.headwater.broker.TopicPartition;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.Seeds;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Truncates the newest segment of a topic, or zeroes its end, after the application was killed. The
 * next open says what it cut, is at one prefix of the commits, and goes on to the right totals.
 */
class BadTailTest {
  private static final int SAMPLES = 40;
  private static final int LENGTH_AT = 8;
  private static final int BEFORE_LENGTH = 12;

  @ParameterizedTest
  @ValueSource(
      strings = {
        SmallApplication.BY_KEY,
        SmallApplication.ID + "-" + SmallApplication.BY_KEY + "-changelog",
        SmallApplication.ID + "-" + SmallApplication.BY_WORD + "-changelog"
      })
  void aBadTailIsCutWithEverythingThatRestedOnItAndTheNextRunGoesOn(String topic) {
    long seed = Seeds.next();
    var random = new Random(seed);
    int cuts = 0;
    while (cuts < SAMPLES * (Seeds.full() ? 20 : 1)) {
      long runSeed = random.nextLong();
      var storage = new FaultyStorage(runSeed);
      var application = new SmallApplication(runSeed, Durability.COMMIT, 2);
      List<SortedMap<String, List<String>>> states = application.statesUntilKilled(storage);
      FaultyStorage left = storage.afterKill();
      Path newest = newest(left, topic, random.nextInt(SmallApplication.PARTITIONS));
      List<Long> starts = starts(left, newest);
      long size = starts.get(starts.size() - 1);
      long kept = application.sizeClosed(newest);
      if (size == kept) {
        continue; // nothing was written there since the last close
      }
      long from = kept + random.nextInt((int) (size - kept));
      boolean zero = random.nextBoolean();
      String context =
          "seed %d, %s of %d bytes %s from %d"
              .formatted(seed, newest, size, zero ? "zeroed" : "cut", from);
      long damaged = damage(left, newest, from, zero);
      if (damaged < 0) {
        continue; // it was zero before
      }
      cuts++;
      long batch =
          starts.stream().filter(start -> start <= damaged).max(Long::compare).orElseThrow();
      boolean torn = written(left, newest, batch, damaged);

      String said =
          StandardError.of(
              () -> application.checkAndFinish(left, states, application.forced(), context));
      if (torn) { // else it looks as if it had not been written
        assertThat(said).as(context).contains(newest + ": cut ");
      }
    }
  }

  private static Path newest(Storage storage, String topic, int partition) {
    Path folder = SmallApplication.FOLDER.resolve(new TopicPartition(topic, partition).toString());
    List<Path> segments =
        storage.list(folder).stream().filter(file -> file.toString().endsWith(".log")).toList();
    return segments.get(segments.size() - 1);
  }

  /** Where the batches of a segment start, and where the last ends; zeros may follow. */
  private static List<Long> starts(Storage storage, Path path) {
    var starts = new ArrayList<Long>();
    try (StorageFile file = storage.openReadOnly(path)) {
      var length = new byte[4];
      long at = 0;
      do {
        starts.add(at);
        Arrays.fill(length, (byte) 0);
        file.read(at + LENGTH_AT, length, 0, length.length);
        at += BEFORE_LENGTH + ByteBuffer.wrap(length).getInt();
      } while (ByteBuffer.wrap(length).getInt() > 0);
    }
    return starts;
  }

  /** Whether there is anything but zeros in a part. */
  private static boolean written(Storage storage, Path path, long from, long to) {
    try (StorageFile file = storage.openReadOnly(path)) {
      var bytes = new byte[(int) (to - from)];
      file.read(from, bytes, 0, bytes.length);
      return !Arrays.equals(bytes, new byte[bytes.length]);
    }
  }

  /** Returns the position of the first byte that is another one now or is missing; -1 if none. */
  private static long damage(Storage storage, Path path, long from, boolean zero) {
    try (StorageFile file = storage.open(path)) {
      if (!zero) {
        file.truncate(from);
        return from;
      }
      var zeros = new byte[(int) (file.size() - from)];
      var before = zeros.clone();
      file.read(from, before, 0, before.length);
      file.write(from, zeros, 0, zeros.length);
      int changed = Arrays.mismatch(before, zeros);
      return changed < 0 ? -1 : from + changed;
    }
  }
}
