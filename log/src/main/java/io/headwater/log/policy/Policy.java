package io.headwater.log.policy;

import io.headwater.log.DeleteBackoff;
import io.headwater.log.Deleted;
import io.headwater.log.Log;
import io.headwater.log.OffsetSet;

/** Decides which messages of a log may go. Safe for many threads. */
@FunctionalInterface
public interface Policy {
  /**
   * The offsets that may go, as of now. Offsets whose messages are gone already may be among them.
   * Deletes nothing, so it also works on a log that is open for reading only.
   */
  OffsetSet find(Log log);

  /**
   * Deletes what it finds. To do so in steps of one segment, give what {@link #find} returns to
   * {@link Log#delete} again and again.
   *
   * @throws io.headwater.log.DeleteFailedException as {@link Log#deleteAll}
   */
  default Deleted apply(Log log, DeleteBackoff backoff) {
    return log.deleteAll(find(log), backoff);
  }

  /** As the other form, without a pause. */
  default Deleted apply(Log log) {
    return apply(log, DeleteBackoff.NONE);
  }
}
