package io.headwater.streams.processor;

/** Something that goes on until it is cancelled. */
@FunctionalInterface
public interface Cancellable {
  /** Ends it; a second call does nothing. */
  void cancel();
}
