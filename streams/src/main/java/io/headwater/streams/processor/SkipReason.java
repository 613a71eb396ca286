package io.headwater.streams.processor;

/** Why a node let a record go without processing it. Such records are counted, never just lost. */
public enum SkipReason {
  /** The record has no key and the operation needs one. */
  NULL_KEY,
  /** The record has no value and the operation needs one. */
  NULL_VALUE,
  /** The record arrived after its window, with the grace period, had ended. */
  LATE
}
