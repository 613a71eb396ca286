package io.headwater.state;

import java.util.Map;
import java.util.Optional;

/** A builder of the stores of this module: what they share, and a function that opens one. */
final class TypedStoreBuilder<S extends StateStore> implements StoreBuilder<S> {
  private final StoreDescription description;
  private final boolean canCache;
  private final Opening<S> opening;
  private boolean caching;
  private boolean logging = true;
  private Map<String, String> logConfig = Map.of();

  /** Opens a store in a task. */
  @FunctionalInterface
  interface Opening<S> {
    S open(StoreContext context, boolean caching);
  }

  TypedStoreBuilder(StoreDescription description, boolean canCache, Opening<S> opening) {
    this.description = description;
    this.canCache = canCache;
    this.opening = opening;
  }

  @Override
  public String name() {
    return description.name();
  }

  @Override
  public StoreBuilder<S> withCachingEnabled() {
    caching = canCache;
    return this;
  }

  @Override
  public StoreBuilder<S> withCachingDisabled() {
    caching = false;
    return this;
  }

  @Override
  public StoreBuilder<S> withLoggingEnabled(Map<String, String> config) {
    logging = true;
    logConfig = Map.copyOf(config);
    return this;
  }

  @Override
  public StoreBuilder<S> withLoggingDisabled() {
    logging = false;
    logConfig = Map.of();
    return this;
  }

  @Override
  public boolean cachingEnabled() {
    return caching;
  }

  @Override
  public boolean loggingEnabled() {
    return logging;
  }

  @Override
  public Map<String, String> logConfig() {
    return logConfig;
  }

  @Override
  public Optional<StoreDescription> description() {
    return Optional.of(description);
  }

  @Override
  public S build(StoreContext context) {
    return opening.open(context, caching);
  }
}
