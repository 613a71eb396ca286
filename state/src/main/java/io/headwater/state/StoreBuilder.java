package io.headwater.state;

import java.util.Map;

/** What a store is, before each task makes its own of it. */
public interface StoreBuilder<S extends StateStore> {
  /** The name under which processors find the store. */
  String name();

  /** Whether changes are written to a changelog topic. */
  boolean loggingEnabled();

  /** Settings of the changelog topic; empty for its defaults. */
  Map<String, String> logConfig();

  /** Whether updates of one key are held back and coalesced until the next commit. */
  boolean cachingEnabled();
}
