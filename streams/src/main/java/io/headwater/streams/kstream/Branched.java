package io.headwater.streams.kstream;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What becomes of one branch of a split stream: a name, and what its records go through. */
public final class Branched<K, V> {
  private final @Nullable String name;
  private final @Nullable Function<? super KStream<K, V>, ? extends @Nullable KStream<K, V>> chain;
  private final @Nullable Consumer<? super KStream<K, V>> consumer;

  private Branched(
      @Nullable String name,
      @Nullable Function<? super KStream<K, V>, ? extends @Nullable KStream<K, V>> chain,
      @Nullable Consumer<? super KStream<K, V>> consumer) {
    this.name = name == null ? null : Named.requireValid(name);
    this.chain = chain;
    this.consumer = consumer;
  }

  /** The name of the branch, which follows that of the split. */
  public static <K, V> Branched<K, V> as(String name) {
    return new Branched<>(name, null, null);
  }

  /** The branch in the resulting map is what the function returns; if null, it is not there. */
  public static <K, V> Branched<K, V> withFunction(
      Function<? super KStream<K, V>, ? extends @Nullable KStream<K, V>> chain) {
    return new Branched<>(null, chain, null);
  }

  /** The branch in the resulting map is what the function returns; if null, it is not there. */
  public static <K, V> Branched<K, V> withFunction(
      Function<? super KStream<K, V>, ? extends @Nullable KStream<K, V>> chain, String name) {
    return new Branched<>(name, chain, null);
  }

  /** The branch goes to the consumer and is not in the resulting map. */
  public static <K, V> Branched<K, V> withConsumer(Consumer<? super KStream<K, V>> consumer) {
    return new Branched<>(null, null, consumer);
  }

  /** The branch goes to the consumer and is not in the resulting map. */
  public static <K, V> Branched<K, V> withConsumer(
      Consumer<? super KStream<K, V>> consumer, String name) {
    return new Branched<>(name, null, consumer);
  }

  /** The name of the branch, which follows that of the split. */
  public Branched<K, V> withName(String name) {
    return new Branched<>(name, chain, consumer);
  }

  public @Nullable String name() {
    return name;
  }

  /** What the branch goes through, or null. */
  public @Nullable Function<? super KStream<K, V>, ? extends @Nullable KStream<K, V>> chain() {
    return chain;
  }

  /** What takes the branch, or null. */
  public @Nullable Consumer<? super KStream<K, V>> consumer() {
    return consumer;
  }
}
