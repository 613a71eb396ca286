package io.headwater.testkit.state;

import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.HeapStore;

final class HeapStoreTest extends ByteStoreContract {
  @Override
  protected ByteStore open() {
    return new HeapStore();
  }

  @Override
  protected boolean isDurable() {
    return false;
  }
}
