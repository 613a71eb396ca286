package io.headwater.streams.processor;

import io.headwater.state.StoreBuilder;
import java.util.Set;

/** Brings the stores that its processors use. */
public interface ConnectedStoreProvider {
  /** Added to the topology and connected to the processor; several may bring the same one. */
  default Set<StoreBuilder<?>> stores() {
    return Set.of();
  }
}
