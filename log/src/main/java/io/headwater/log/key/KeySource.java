package io.headwater.log.key;

/** The log that an index belongs to, for making parts of the index again. */
@FunctionalInterface
public interface KeySource {
  /** Takes the keys of records. */
  @FunctionalInterface
  interface Sink {
    /**
     * One record.
     *
     * @param hash the {@link KeyHash} of its key
     */
    void key(long offset, long hash);
  }

  /**
   * Gives the sink each record with an offset from {@code from} up to, not including, {@code to},
   * by rising offset. Deleted and unreadable ones are left out. Called from any thread, also from
   * one that looks something up.
   */
  void keys(long from, long to, Sink sink);
}
