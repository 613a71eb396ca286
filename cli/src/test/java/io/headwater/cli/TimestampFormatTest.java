package io.headwater.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimestampFormatTest {
  @ParameterizedTest
  @CsvSource({
    "2001-01-31,                2001-01-31T00:00:00Z",
    "2001-01-31T23:59,          2001-01-31T23:59:00Z",
    "2001-01-31T23:59:58,       2001-01-31T23:59:58Z",
    "2001-01-31T23:59:58.250Z,  2001-01-31T23:59:58.250Z",
    "2001-01-31T23:59:58Z,      2001-01-31T23:59:58Z",
    "2001-02-01T01:59+02:00,    2001-01-31T23:59:00Z",
    "1969-12-31T23:59:59.999Z,  1969-12-31T23:59:59.999Z",
  })
  void isoIsReadAndMeansUtcUnlessItNamesAZone(String text, Instant expected) {
    assertThat(Instant.ofEpochMilli(TimestampFormat.ISO.parseMs(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2001-13-01", "2001-02-30", "2001/01/31", "12:00"})
  void otherTextIsRefusedAndNamed(String text) {
    assertThatThrownBy(() -> TimestampFormat.ISO.parseMs(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + text + "\" is no time in ISO-8601, such as 2001-01-31T23:59:00Z");
  }

  @Test
  void aPatternIsReadInUtc() {
    TimestampFormat format = TimestampFormat.ofPattern("yyyy/MM/dd HH:mm");
    assertThat(Instant.ofEpochMilli(format.parseMs("2001/01/31 23:59")))
        .isEqualTo(Instant.parse("2001-01-31T23:59:00Z"));
    assertThatThrownBy(() -> format.parseMs("2001/02/30 12:00"))
        .hasMessageStartingWith("\"2001/02/30 12:00\" is no time");
    assertThatThrownBy(() -> format.parseMs("2001-01-31"))
        .hasMessage("\"2001-01-31\" is no time like \"yyyy/MM/dd HH:mm\"");
  }

  @Test
  void aPatternWithoutATimeOfDayMeansMidnight() {
    assertThat(Instant.ofEpochMilli(TimestampFormat.ofPattern("dd.MM.yyyy").parseMs("31.01.2001")))
        .isEqualTo(Instant.parse("2001-01-31T00:00:00Z"));
  }
}
