package io.headwater.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoEra;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * How points in time are spelled. What has no time of day is at midnight, what has no zone is in
 * UTC.
 */
final class TimestampFormat {
  /** ISO-8601: 2001-01-31, 2001-01-31T23:59, 2001-01-31T23:59:59.5Z, 2001-01-31T23:59+02:00. */
  static final TimestampFormat ISO =
      new TimestampFormat(
          "in ISO-8601, such as 2001-01-31T23:59:00Z",
          new DateTimeFormatterBuilder()
              .append(DateTimeFormatter.ISO_LOCAL_DATE)
              .optionalStart()
              .appendLiteral('T')
              .append(DateTimeFormatter.ISO_LOCAL_TIME)
              .optionalStart()
              .appendOffsetId()
              .toFormatter(Locale.ROOT)
              .withResolverStyle(ResolverStyle.STRICT));

  private final String name;
  private final DateTimeFormatter formatter;

  private TimestampFormat(String name, DateTimeFormatter formatter) {
    this.name = name;
    this.formatter = formatter;
  }

  /**
   * The pattern's letters are those of {@link DateTimeFormatter}.
   *
   * @throws IllegalArgumentException if it is no pattern
   */
  static TimestampFormat ofPattern(String pattern) {
    // Strict, so that 30 February is refused; then a year needs its era.
    DateTimeFormatter strict =
        new DateTimeFormatterBuilder()
            .appendPattern(pattern)
            .parseDefaulting(ChronoField.ERA, IsoEra.CE.getValue())
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);
    return new TimestampFormat("like \"" + pattern + "\"", strict);
  }

  /**
   * The format that the option {@code --timestamp-format} asks for; ISO-8601 if it is not given.
   *
   * @throws ParameterException if it is no pattern
   */
  static TimestampFormat ofOption(CommandSpec spec, @Nullable String pattern) {
    if (pattern == null) {
      return ISO;
    }
    try {
      return ofPattern(pattern);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "\"%s\" is no pattern for timestamps (%s); one is \"yyyy/MM/dd HH:mm\""
              .formatted(pattern, e.getMessage()),
          e);
    }
  }

  /**
   * Milliseconds since 1970-01-01T00:00Z.
   *
   * @throws IllegalArgumentException if the text is not spelled so
   */
  long parseMs(String text) {
    try {
      return instant(
              formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from))
          .toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("\"%s\" is no time %s".formatted(text, name), e);
    }
  }

  private static Instant instant(TemporalAccessor parsed) {
    if (parsed instanceof ZonedDateTime zoned) {
      return zoned.toInstant();
    }
    if (parsed instanceof LocalDateTime local) {
      return local.toInstant(ZoneOffset.UTC);
    }
    return LocalDate.from(parsed).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
