package io.headwater.testkit.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.broker.BrokerException;
import io.headwater.log.storage.Storage;
import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.PowerCutException;
import io.headwater.log.testing.Seeds;
import io.headwater.state.bytes.ByteReader;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.LogStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power before each disk operation of a store at work, snapshots of its index among them.
 * What is found afterwards is one of its commits, whole, and not older than what was forced: by a
 * checkpoint. So a snapshot is never ahead of its changelog, although commits are not forced here.
 */
final class StorePowerCutTest {
  private static final Path INDEX = Path.of("stores", "counts", "index");
  private static final int COMMITS = 15;

  @Test
  void aStoreComesBackAsOneOfItsCommits() {
    long seed = Seeds.next();
    var counting = new FaultyStorage(seed);
    new Workload(seed).run(counting);
    long operations = counting.operationCount();
    var sampling = new Random(seed);
    for (long cutAt = 0; cutAt < operations; cutAt++) {
      if (!Seeds.full() && sampling.nextInt((int) operations) > 150) {
        continue;
      }
      String context = "seed %d, cut at %d of %d".formatted(seed, cutAt, operations);
      var storage = new FaultyStorage(seed + cutAt).cutPowerAt(cutAt);
      var workload = new Workload(seed);
      try {
        workload.run(storage);
      } catch (PowerCutException e) {
        assertThat(e).as(context).isNotNull();
      } catch (BrokerException e) {
        assertThat(e).as(context).hasRootCauseInstanceOf(PowerCutException.class);
      }
      Storage after = storage.afterRestart();
      for (int opening = 0; opening < 2; opening++) {
        try (var owner = new BrokerStoreTest.Owner(after)) {
          ByteStore store = LogStore.open(owner.changelog(), after, INDEX);
          int commit = workload.states.indexOf(all(store));
          assertThat(commit).as(context).isGreaterThanOrEqualTo(workload.forced);
          assertThat(all(LogStore.open(owner.changelog()))).as(context).isEqualTo(all(store));
          store.checkpoint();
        }
      }
    }
  }

  private static List<String> all(ByteReader reader) {
    var found = new ArrayList<String>();
    try (var scan = reader.scan(null, null)) {
      scan.forEachRemaining(
          entry ->
              found.add(new String(entry.key(), UTF_8) + "=" + new String(entry.value(), UTF_8)));
    }
    return found;
  }

  /** Commits with a checkpoint after every third, and an abort after every fourth. */
  private static final class Workload {
    final List<List<String>> states = new ArrayList<>();
    int forced;
    private final Random random;

    Workload(long seed) {
      random = new Random(seed);
      states.add(List.of());
    }

    void run(Storage storage) {
      var model = new TreeMap<String, String>();
      try (var owner = new BrokerStoreTest.Owner(storage)) {
        ByteStore store = LogStore.open(owner.changelog(), storage, INDEX);
        for (int commit = 1; commit <= COMMITS; commit++) {
          for (int i = 0; i < 30; i++) {
            String key = "key" + random.nextInt(40);
            if (random.nextInt(4) == 0) {
              model.remove(key);
              store.apply(List.of(new Change(key.getBytes(UTF_8), null, 0)));
            } else {
              String value = commit + "." + i;
              model.put(key, value);
              store.apply(List.of(new Change(key.getBytes(UTF_8), value.getBytes(UTF_8), commit)));
            }
          }
          store.flush();
          var state = new ArrayList<String>();
          model.forEach((key, value) -> state.add(key + "=" + value));
          states.add(state);
          owner.commit();
          store.commit();
          if (commit % 3 == 0) {
            store.checkpoint();
            forced = commit;
          }
          if (commit % 4 == 0) {
            store.apply(List.of(new Change("aborted".getBytes(UTF_8), new byte[1], 0)));
            store.flush();
            owner.abort();
            store.abort();
          }
        }
      }
    }
  }
}
