package io.headwater.state;

import java.util.Map;
import java.util.Optional;

/**
 * How to make a store. A topology holds the builder; each task builds a store of its own from it.
 * To bring a store of one's own kind, implement this.
 */
public interface StoreBuilder<S extends StateStore> {
  /** The store's name, unique in the topology. */
  String name();

  /** Coalesces the changes of a key until the next flush. */
  StoreBuilder<S> withCachingEnabled();

  /** Writes every change, in order, at once. The default of a builder made by hand. */
  StoreBuilder<S> withCachingDisabled();

  /**
   * Writes the changes to a changelog topic, from which the store can be restored. The default.
   *
   * @param config settings of the topic, by Kafka's names, beside the application's own
   */
  StoreBuilder<S> withLoggingEnabled(Map<String, String> config);

  /** Keeps the store without a changelog topic: it is never restored from elsewhere. */
  StoreBuilder<S> withLoggingDisabled();

  /** Whether changes are coalesced. */
  boolean cachingEnabled();

  /** Whether changes go to a changelog topic. */
  boolean loggingEnabled();

  /** The settings of the changelog topic; empty if there is none. */
  Map<String, String> logConfig();

  /** What tools need to know to read the store; empty if only the topology's own code can. */
  default Optional<StoreDescription> description() {
    return Optional.empty();
  }

  /** Opens the store in a task: restored, if it has a changelog, and ready for use. */
  S build(StoreContext context);
}
