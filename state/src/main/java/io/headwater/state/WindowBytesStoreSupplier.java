package io.headwater.state;

/** Where the bytes of a window store live, and for how long. */
public interface WindowBytesStoreSupplier extends StoreSupplier {
  /** The length of a window, in milliseconds. */
  long windowSize();

  /** How long a window is kept, in milliseconds of stream time from its start. */
  long retentionPeriod();

  /** How far stream time moves between two removals of expired windows, in milliseconds. */
  long segmentIntervalMs();

  /** Whether several values of one key and window are kept side by side. */
  boolean retainDuplicates();
}
