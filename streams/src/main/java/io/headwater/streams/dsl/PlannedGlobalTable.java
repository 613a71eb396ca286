package io.headwater.streams.dsl;

import io.headwater.streams.kstream.GlobalKTable;
import io.headwater.streams.plan.Operation;
import org.jspecify.annotations.Nullable;

/** A global table of a plan. */
record PlannedGlobalTable<K, V>(Operation.Result result, String storeName, boolean queryable)
    implements GlobalKTable<K, V> {
  @Override
  public @Nullable String queryableStoreName() {
    return queryable ? storeName : null;
  }
}
