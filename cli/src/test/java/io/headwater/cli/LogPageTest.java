package io.headwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The page about {@code headwater log} says what the commands do. */
final class LogPageTest {
  private static final Path PAGE = Path.of("..", "docs", "cli-log.md");
  private static final Pattern EXAMPLES = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path temporary = Path.of("");

  @Test
  void everyCommandAndOptionIsOnThePageAndHasAnExample() throws IOException {
    String page = Files.readString(PAGE);
    Map<String, CommandLine> commands =
        new LogCommand(Console.ofProcess()).commandLine().getSubcommands();

    assertThat(commands).hasSize(13);
    commands.forEach(
        (name, command) -> {
          assertThat(page).contains("`log " + name);
          assertThat(page).contains("\nheadwater log " + name + " ");
          for (String option : command.getCommandSpec().optionsMap().keySet()) {
            assertThat(page).as("%s %s", name, option).contains("`" + option);
          }
          assertThat(command.getCommandSpec().usageMessage().footer())
              .as(name)
              .anyMatch(line -> line.startsWith("Example: headwater log " + name));
        });
  }

  @Test
  void theFirstLookRuns() throws IOException {
    Files.writeString(
        temporary.resolve("flights.jsonl"),
        """
        {"origin":"JFK","at":"2001-01-31T23:00"}
        {"origin":"DTW","at":"2001-02-01T00:00"}
        {"origin":"JFK","at":"2001-02-01T01:00"}
        {"origin":"JFK","at":"2001-02-01T02:00"}
        {"origin":"ATL","at":"2001-02-01T03:00"}
        """);
    var matcher = EXAMPLES.matcher(Files.readString(PAGE));
    assertThat(matcher.find()).isTrue();
    List<String> lines = matcher.group(1).lines().toList();

    assertThat(lines).hasSizeGreaterThan(10);
    for (String line : lines) {
      var words = new ArrayList<String>();
      for (String word : List.of(line.replaceFirst("^headwater ", "").split(" "))) {
        words.add(
            List.of("events", "copy-of-events", "flights.jsonl").contains(word)
                ? temporary.resolve(word).toString()
                : word);
      }
      var ran = new Cli(temporary).runElsewhere(words.toArray(String[]::new));
      assertThat(ran.exitCode()).as("%s: %s", line, ran.err()).isZero();
    }
  }
}
