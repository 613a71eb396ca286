package io.headwater.benchmarks.engine;

import java.io.IOException;

/** The machine's disk. */
public final class Disk {
  private Disk() {}

  /** Waits until all that was written is on it, so that it gets there on nobody else's time. */
  public static void settle() throws InterruptedException {
    try {
      new ProcessBuilder("sync").inheritIO().start().waitFor();
    } catch (IOException noSuchCommand) {
      // Not on this system: then the disk settles when it likes.
    }
  }
}
