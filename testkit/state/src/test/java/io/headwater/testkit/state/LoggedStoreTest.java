package io.headwater.testkit.state;

import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.HeapStore;
import io.headwater.state.bytes.LoggedStore;

final class LoggedStoreTest extends ByteStoreContract {
  private final MemoryChangelog changelog = new MemoryChangelog();

  @Override
  protected ByteStore open() {
    return LoggedStore.open(new HeapStore(), changelog);
  }

  @Override
  protected void commitTransaction() {
    changelog.commit();
  }

  @Override
  protected void abortTransaction() {
    changelog.abort();
  }
}
