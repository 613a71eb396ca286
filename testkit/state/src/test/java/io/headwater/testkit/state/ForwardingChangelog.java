package io.headwater.testkit.state;

import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.Changelog;
import java.util.List;

/** Passes everything on, so that a test can change one thing. */
abstract class ForwardingChangelog implements Changelog {
  private final Changelog inner;

  ForwardingChangelog(Changelog inner) {
    this.inner = inner;
  }

  @Override
  public String topic() {
    return inner.topic();
  }

  @Override
  public int partition() {
    return inner.partition();
  }

  @Override
  public void append(List<Change> changes, Places places) {
    inner.append(changes, places);
  }

  @Override
  public PlacedRecord read(long segmentBase, int position, int sizeBytes) {
    return inner.read(segmentBase, position, sizeBytes);
  }

  @Override
  public Replay replay(long fromOffset) {
    return inner.replay(fromOffset);
  }

  @Override
  public long start() {
    return inner.start();
  }

  @Override
  public long committedEnd() {
    return inner.committedEnd();
  }

  @Override
  public void force() {
    inner.force();
  }
}
