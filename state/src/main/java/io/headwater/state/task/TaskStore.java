package io.headwater.state.task;

import io.headwater.state.StateStore;
import io.headwater.state.bytes.ByteReader;

/**
 * A store as its task's runtime drives it: {@link #flush}, then the task's transaction commits,
 * then {@link #commit}; or the transaction aborts, then {@link #abort}. Every store that the
 * builders of {@link io.headwater.state.Stores} make is one.
 *
 * <p>At a close that is meant, the runtime calls {@link #checkpoint} after the last commit; while
 * it runs, now and then when {@link #checkpointDue}.
 */
public interface TaskStore extends StateStore {
  /** The task's transaction has committed: what was flushed becomes what others see. */
  void commit();

  /** Forgets everything since the last commit. */
  void abort();

  /** See {@link io.headwater.state.bytes.ByteStore#checkpointDue}. */
  boolean checkpointDue();

  /** See {@link io.headwater.state.bytes.ByteStore#checkpoint}. */
  void checkpoint();

  /** The committed entries as bytes, for any thread. */
  ByteReader committedBytes();
}
