package io.headwater.broker;

/** What an acknowledgement (an append or a commit that returned) survives. */
public enum Durability {
  /**
   * Forced to the disk before it is acknowledged; a power cut loses nothing acknowledged. Threads
   * that commit or append at the same time share a force.
   */
  COMMIT,
  /**
   * Forced every second by {@link Broker#doWork}: a power cut loses at most that, and of commits
   * only whole ones, the last ones.
   */
  INTERVAL,
  /**
   * Forced when the operating system likes, or by {@link Broker#sync}: it survives a killed
   * process. A power cut loses the last commits, whole ones.
   */
  OS
}
