package io.headwater.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command itself: its subcommands, and how each of them ends. */
@Command(
    name = "headwater",
    description = "Stateful stream processing that starts inside one process.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 done, 1 failed, 2 called wrongly.",
      "Start with: headwater demo",
    })
final class HeadwaterCommand extends CommandGroup {
  static final int FAILED = 1;
  static final int CALLED_WRONGLY = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show how to call this command.")
  @SuppressWarnings("UnusedVariable") // picocli itself acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli itself acts on it
  private boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "With an error, show where it came from.")
  private boolean stackTrace;

  private HeadwaterCommand(Console console) {
    super(
        new DemoCommand(console),
        new TopicCommand(console),
        new WriteCommand(console),
        new ReadCommand(console),
        new StoreCommand(console),
        new LogCommand(console));
  }

  /** Runs the command that the arguments name; returns its exit code. */
  static int run(Console console, String... args) {
    var headwater = new HeadwaterCommand(console);
    return headwater
        .commandLine()
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(100)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, arguments) -> calledWrongly(console, e))
        .setExecutionExceptionHandler(
            (e, failed, result) ->
                Failures.report(console, e, headwater.stackTrace || console.debug()))
        .execute(args);
  }

  private static int calledWrongly(Console console, ParameterException failure) {
    console
        .err()
        .printf(
            "headwater: %s; see '%s --help'%n",
            Failures.oneLine(reason(failure)),
            failure.getCommandLine().getCommandSpec().qualifiedName());
    return CALLED_WRONGLY;
  }

  private static String reason(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return String.valueOf(failure.getMessage());
    }
    String argument = unmatched.getUnmatched().get(0);
    var command = failure.getCommandLine().getCommandSpec();
    if (unmatched.isUnknownOption()) {
      return "no option %s; %s"
          .formatted(argument, NearNames.hint("options", argument, command.optionsMap().keySet()));
    }
    return command.subcommands().isEmpty()
        ? "what is \"%s\" for?".formatted(argument)
        : "no command %s; %s"
            .formatted(
                argument, NearNames.hint("commands", argument, command.subcommands().keySet()));
  }
}
