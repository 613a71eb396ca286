package io.headwater.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.state.bytes.ByteReader;
import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.CloseableIterator;
import io.headwater.state.bytes.HeapStore;
import io.headwater.state.bytes.StoredEntry;
import io.headwater.state.bytes.StoredValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A heap store that remembers what was applied: a list of changes each time, as text. */
final class RecordingBytes implements ByteStore {
  final List<List<String>> applied = new ArrayList<>();
  int gets;
  private final ByteStore inner = new HeapStore();

  @Override
  public @Nullable StoredValue get(byte[] key) {
    gets++;
    return inner.get(key);
  }

  @Override
  public CloseableIterator<StoredEntry> scan(byte @Nullable [] from, byte @Nullable [] to) {
    return inner.scan(from, to);
  }

  @Override
  public CloseableIterator<StoredEntry> reverseScan(byte @Nullable [] from, byte @Nullable [] to) {
    return inner.reverseScan(from, to);
  }

  @Override
  public long approximateEntries() {
    return inner.approximateEntries();
  }

  @Override
  public void apply(List<Change> changes) {
    applied.add(
        changes.stream()
            .map(
                change -> {
                  byte[] value = change.value();
                  return "%s=%s@%d"
                      .formatted(
                          new String(change.key(), UTF_8),
                          value == null ? null : new String(value, UTF_8),
                          change.timestampMs());
                })
            .toList());
    inner.apply(changes);
  }

  @Override
  public void flush() {
    inner.flush();
  }

  @Override
  public void commit() {
    inner.commit();
  }

  @Override
  public void abort() {
    inner.abort();
  }

  @Override
  public ByteReader committed() {
    return inner.committed();
  }

  @Override
  public void close() {
    inner.close();
  }
}
