package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code log trim}, {@code compact} and {@code delete}. */
final class LogDeletionTest {
  @TempDir private Path temporary = Path.of("");
  private Cli cli = new Cli(Path.of(""));
  private Path folder = Path.of("");

  /** Ten messages, an hour apart, the last one now; of keys a, b and c in turn. */
  @BeforeEach
  void publishTen() {
    cli = new Cli(temporary);
    folder = temporary.resolve("events");
    try (Log log = Log.open(folder, LogOptions.builder().segmentBytes(300).build())) {
      for (int i = 0; i < 10; i++) {
        String key = List.of("a", "b", "c").get(i % 3);
        log.publish(message(9 - i, key, i == 3 || i == 4 ? null : "x".repeat(40)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--max-age 3h,0-6",
    "--max-age 10d,''",
    "--max-age 90m,0-7",
    "--max-age PT30M,0-8",
    "--max-age 99999999999d,''",
    "--max-count 4,0-5",
    "--max-count 0,0-9",
    "--max-count 99,''",
    "--before-offset 2,0-1",
    "--before-offset newest,0-9",
    "--before-offset oldest,''",
    "--before-offset 99999999999999999999,0-9",
    "--max-bytes 0,0-9",
    "--max-bytes 1000000,''",
    "--max-count 8 --before-offset 5,0-4"
  })
  void trimLetsTheOldestGoAndADryRunOnlySaysSo(String options, String gone) {
    var dry = ran("trim", (options + " --dry-run --json").split(" "));
    assertThat(offsets()).isEqualTo("0 1 2 3 4 5 6 7 8 9");
    var ran = ran("trim", (options + " --json").split(" "));

    assertThat(dry.exitCode()).isZero();
    assertThat(dry.out())
        .startsWith("{\"dryRun\":true,")
        .endsWith("\"offsets\":\"" + gone + "\",\"bytesFreed\":0}\n");
    assertThat(ran.out()).startsWith("{\"dryRun\":false,").contains("\"offsets\":\"" + gone + "\"");
    assertThat(offsets())
        .isEqualTo("0 1 2 3 4 5 6 7 8 9".substring(gone.isEmpty() ? 0 : endOf(gone)).strip());
    assertThat(ran("stat", "--json").out()).contains("\"nextOffset\":10}");
  }

  private static int endOf(String range) {
    return Math.min(19, 2 * (range.charAt(range.length() - 1) - '0' + 1));
  }

  @Test
  void aRunningWriterKeepsOthersFromDeletingButNotFromLooking() {
    try (Log log = Log.open(folder)) {
      var dry = ran("trim", "--max-count", "1", "--dry-run");
      var ran = ran("trim", "--max-count", "1");

      assertThat(dry.out()).isEqualTo("would delete 9 messages: 0-8\n");
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains(Long.toString(ProcessHandle.current().pid())).hasLineCount(1);
      assertThat(log.stat().messages()).isEqualTo(10);
    }
  }

  @Test
  void compactKeepsTheLastOfEachKeyAndDropsDeletions() {
    // of a: 0 3(null) 6 9; of b: 1 4(null) 7; of c: 2 5 8; 8 and 9 are younger than 90 minutes
    assertThat(ran("compact", "--updates-older-than", "90m", "--dry-run").out())
        .isEqualTo("would delete 5 messages: 0-4\n");
    assertThat(ran("compact", "--updates-older-than", "90m").out())
        .startsWith("deleted 5 messages, ")
        .endsWith(" bytes freed: 0-4\n");
    assertThat(ran("compact", "--updates-older-than", "90m").out())
        .isEqualTo("deleted 0 messages, 0 bytes freed\n");
    assertThat(offsets()).isEqualTo("5 6 7 8 9");

    try (Log log = Log.open(folder)) {
      log.publish(message(0, "b", null));
    }
    assertThat(
            ran("compact", "--updates-older-than", "0s", "--deletes-older-than", "0s", "--json")
                .out())
        .contains("\"messages\":4,\"offsets\":\"5-7,10\"");
    assertThat(offsets()).isEqualTo("8 9");
  }

  @Test
  void deleteSaysWhatWasReallyDeleted() {
    var first = ran("delete", "3,5-6", "1");
    var second = ran("delete", "0-3,20-30", "--json");
    var dry = ran("delete", "0-99999999999999999999", "--dry-run", "--json");
    var none = ran("delete", "3");

    assertThat(first.out()).matches("deleted 4 messages, [\\d,]+ bytes freed: 1,3,5-6\n");
    assertThat(second.out()).contains("\"messages\":2,\"offsets\":\"0,2\",\"bytesFreed\":");
    assertThat(dry.out())
        .isEqualTo("{\"dryRun\":true,\"messages\":4,\"offsets\":\"4,7-9\",\"bytesFreed\":0}\n");
    assertThat(none).isEqualTo(new Cli.Ran(0, "deleted 0 messages, 0 bytes freed\n", ""));
    assertThat(offsets()).isEqualTo("4 7 8 9");
    assertThat(ran("delete", "0-99999999999999999999").out()).contains("deleted 4 messages");
    assertThat(offsets()).isEmpty();
    assertThat(ran("stat", "--json").out()).contains("\"firstOffset\":10,\"nextOffset\":10}");
    assertThat(ran("get", "newest").err()).contains("events is empty").hasLineCount(1);
  }

  @Test
  void manyRangesAreShortenedForPeople() {
    try (Log log = Log.open(folder)) {
      for (int i = 10; i < 40; i++) {
        log.publish(message(0, "k", "v"));
      }
    }
    assertThat(ran("delete", "0,2,4,6,8,10,12,14,16,18,20,22", "--dry-run").out())
        .isEqualTo("would delete 12 messages: 0,2,4,6,8,10,12,14,16,18 and 2 more ranges\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trim",
        "trim --max-age 7",
        "trim --max-age -7d",
        "trim --max-age P-1D",
        "trim --max-age 99999999999999999999d",
        "trim --max-count -1",
        "trim --max-bytes -1",
        "trim --max-count many",
        "trim --before-offset soon",
        "trim --before-offset 2001-01-31",
        "trim --before-offset 3,5",
        "compact",
        "compact --updates-older-than soon",
        "delete",
        "delete 1,",
        "delete 5-3",
        "delete a",
        "delete 1--3",
        "delete -3",
        "delete newest"
      })
  void wrongCallsAreRefused(String call) {
    var words = new ArrayList<>(List.of(call.split(" ")));
    String command = words.remove(0);

    var ran = ran(command, words.toArray(String[]::new));

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).hasLineCount(1).contains("see 'headwater log " + command);
    assertThat(offsets()).isEqualTo("0 1 2 3 4 5 6 7 8 9");
  }

  private String offsets() {
    return String.join(
        " ",
        ran("consume").lines().stream().map(line -> line.substring(0, line.indexOf(' '))).toList());
  }

  private Cli.Ran ran(String command, String... options) {
    var words = new ArrayList<>(List.of("log", command, folder.toString()));
    words.addAll(List.of(options));
    return cli.runElsewhere(words.toArray(String[]::new));
  }

  private static Message message(int hoursAgo, String key, @Nullable String value) {
    return Message.of(key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8))
        .withTimestamp(Cli.NOW.minus(Duration.ofHours(hoursAgo)).toEpochMilli());
  }
}
