package io.headwater.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on disk does not depend on the language of the process that writes it. */
class LocaleTest {
  private static final LogOptions OPTIONS =
      LogOptions.builder().segmentBytes(200).indexIntervalBytes(50).keyIndex(true).build();

  private final Locale before = Locale.getDefault();
  @TempDir Path temp;

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa", "ar-EG-u-nu-arab", "hi-u-nu-deva", "th-u-nu-thai"})
  void aLogIsTheSameInAnyLanguage(String language) {
    Path folder = temp.resolve("orders-0");
    Path copy = temp.resolve("copy");
    Locale.setDefault(Locale.forLanguageTag(language));
    assertThat("%d".formatted(12)).as("digits of the language").isNotEqualTo("12");
    write(folder, copy, 0);
    Locale.setDefault(Locale.ENGLISH);
    check(folder, copy, 10);
    write(folder, copy, 10);
    Locale.setDefault(Locale.forLanguageTag(language));
    check(folder, copy, 20);
  }

  private static void write(Path folder, Path copy, int from) {
    try (Log log = Log.open(folder, OPTIONS)) {
      assertThat(log.nextOffset()).isEqualTo(from);
      for (int i = from; i < from + 10; i++) {
        log.publish(key(i), new byte[20]);
      }
      log.backup(copy);
    }
  }

  private static void check(Path folder, Path copy, int count) {
    for (Path each : List.of(folder, copy)) {
      assertThat(LogFolder.of(each).check()).isEmpty();
      try (Log log = Log.open(each, OPTIONS.toBuilder().readOnly(true).build())) {
        assertThat(log.range()).isEqualTo(new OffsetRange(0, count));
        assertThat(log.stat().segments()).isGreaterThan(count / 5);
        for (int i = 0; i < count; i++) {
          assertThat(log.offsetByKey(key(i))).isEqualTo(i);
        }
      }
    }
    assertThat(folder.toFile().list()).allMatch(name -> name.matches("[a-z0-9.-]+"));
  }

  private static byte[] key(int i) {
    return Integer.toString(i).getBytes(UTF_8);
  }
}
