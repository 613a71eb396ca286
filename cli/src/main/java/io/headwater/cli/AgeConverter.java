package io.headwater.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an age: 90s, 15m, 12h, 7d, or a duration in ISO-8601. */
final class AgeConverter implements ITypeConverter<Duration> {
  private static final Pattern SHORT = Pattern.compile("(\\d+)([smhd])");

  AgeConverter() {}

  @Override
  public Duration convert(String text) {
    try {
      Duration age = parse(text);
      if (!age.isNegative()) {
        return age;
      }
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      // it is told below
    }
    throw new TypeConversionException(
        "\"%s\" is no age, such as 90s, 15m, 12h or 7d".formatted(text));
  }

  private static Duration parse(String text) {
    Matcher matcher = SHORT.matcher(text);
    if (!matcher.matches()) {
      return Duration.parse(text);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
