package io.headwater.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what keys and values are. */
final class FormatOptions {
  @Option(
      names = "--key-serde",
      paramLabel = "NAME",
      description =
          "What the keys are: auto, json, bytes, string, long, integer, double, boolean, uuid, instant, "
              + "varint, list(long) and so on. Under auto an object or array in JSON is shown as such, and all "
              + "else as bytes: as text if it is UTF-8, or as base64 ({\"base64\":\"AAE=\"} in JSON).")
  private @Nullable String keySerde;

  @Option(
      names = "--value-serde",
      paramLabel = "NAME",
      description = "What the values are, likewise.")
  private @Nullable String valueSerde;

  FormatOptions() {}

  /** The format that was asked for, or else the one that a manifest names. */
  ByteFormat key(String otherwise) {
    return keySerde == null ? ByteFormat.ofManifest(otherwise) : ByteFormat.parse(keySerde);
  }

  /** The format that was asked for, or else the one that a manifest names. */
  ByteFormat value(String otherwise) {
    return valueSerde == null ? ByteFormat.ofManifest(otherwise) : ByteFormat.parse(valueSerde);
  }

  /** The format of values that was asked for; null if none was. */
  @Nullable ByteFormat valueIfNamed() {
    return valueSerde == null ? null : ByteFormat.parse(valueSerde);
  }
}
