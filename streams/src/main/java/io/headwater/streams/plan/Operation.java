package io.headwater.streams.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of the streams DSL, with what the program passed. The calls of a program, made again in
 * this order on a builder with the same methods, describe the same program.
 *
 * @param id its place in that order, from 0; the call's result goes by it
 * @param receiver what it was called on: {@link Result}, or null for the builder itself
 * @param method such as {@code mapValues}
 * @param arguments in order, as they were passed; a stream or table among them is a {@link Result}
 */
public record Operation(
    int id, @Nullable Result receiver, String method, List<@Nullable Object> arguments) {
  public Operation {
    arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
  }

  /**
   * What an earlier call returned.
   *
   * @param branch which of them, where the call returned several by name; else null
   */
  public record Result(int operation, @Nullable String branch) {}
}
