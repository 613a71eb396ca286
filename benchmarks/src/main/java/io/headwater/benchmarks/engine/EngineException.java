package io.headwater.benchmarks.engine;

/** An engine could not do what it was asked, or did something else. Names the engine. */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
