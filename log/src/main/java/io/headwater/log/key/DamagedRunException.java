package io.headwater.log.key;

/** A run is not what was written. Caught by the index, which makes the run's part again. */
final class DamagedRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Run run;

  DamagedRunException(Run run, String reason) {
    super(reason);
    this.run = run;
  }

  Run run() {
    return run;
  }
}
