package io.headwater.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.headwater.log.Finding;
import java.io.IOException;

/** How what is wrong with a log is shown. */
final class Findings {
  private Findings() {}

  /** Where it is and what was found, on one line. */
  static String text(Finding finding) {
    String offsets =
        finding.offsets().size() == 0 || finding.kind() == Finding.Kind.INDEX
            ? ""
            : ", offsets " + Offsets.text(finding.offsets());
    return "%s %s bytes %d to %d%s: %s"
        .formatted(
            finding.kind(),
            finding.file().getFileName(),
            finding.from(),
            finding.to(),
            offsets,
            Failures.oneLine(finding.reason()));
  }

  /** The same as fields of an object; ends are exclusive. */
  static void write(Finding finding, JsonGenerator json) throws IOException {
    json.writeStringField("kind", finding.kind().toString());
    json.writeStringField("file", String.valueOf(finding.file().getFileName()));
    json.writeNumberField("fromByte", finding.from());
    json.writeNumberField("toByte", finding.to());
    json.writeNumberField("fromOffset", finding.offsets().from());
    json.writeNumberField("toOffset", finding.offsets().to());
    json.writeStringField("reason", finding.reason());
  }
}
