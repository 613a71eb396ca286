package io.headwater.log.testing;

import io.headwater.log.storage.LogException;

/** The power of a {@link FaultyStorage} is cut: nothing that is asked of it happens any more. */
public final class PowerCutException extends LogException {
  private static final long serialVersionUID = 1L;

  PowerCutException(long operation) {
    super("the power was cut at disk operation " + operation);
  }
}
