package io.headwater.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that name the key of the messages that are looked for. */
final class KeyOption {
  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "Messages of this key, as --key-serde reads it; \"\" is the empty one, base64:AAE= stands for "
              + "bytes that are no text.")
  private @Nullable String key;

  @Option(names = "--null-key", description = "Messages without a key.")
  private boolean nullKey;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  KeyOption() {}

  /** Whether a key was named, be it null. */
  boolean given() {
    return key != null || nullKey;
  }

  /** The key; null if messages without one are meant. */
  byte @Nullable [] bytes(String log, ByteFormat format) {
    if (key != null && nullKey) {
      throw new ParameterException(spec.commandLine(), "--key and --null-key exclude each other");
    }
    return key == null ? null : format.bytes(log, key);
  }

  /** Which messages are meant, for errors. */
  @Override
  public String toString() {
    return key == null ? "without a key" : "with the key \"" + key + "\"";
  }
}
