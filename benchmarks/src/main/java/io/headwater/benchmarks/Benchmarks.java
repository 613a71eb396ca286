package io.headwater.benchmarks;

import io.headwater.benchmarks.embedded.HeadwaterEngine;
import io.headwater.benchmarks.engine.EngineException;
import io.headwater.benchmarks.engine.EngineProcess;
import io.headwater.benchmarks.engine.Folders;
import io.headwater.benchmarks.engine.Jvm;
import io.headwater.benchmarks.kafka.KafkaBroker;
import io.headwater.benchmarks.kafka.KafkaStreamsEngine;
import io.headwater.benchmarks.report.CaseResult;
import io.headwater.benchmarks.report.Machine;
import io.headwater.benchmarks.report.Report;
import io.headwater.benchmarks.report.Side;
import io.headwater.benchmarks.report.StartResult;
import io.headwater.benchmarks.workload.Case;
import io.headwater.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code benchmarks/run}. The figures go to standard output, all else to error. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures Headwater beside Kafka Streams, in turns, and prints the figures as Markdown.")
public final class Benchmarks implements Callable<Integer> {
  private static final String START = "start";
  private static final int SECONDS_TO_END = 60;

  @Parameters(
      arity = "0..*",
      paramLabel = "CASE",
      description =
          "filter-map, count-10k, count-1m, window, join, or start (how an embedded application"
              + " starts and rests); all if none is named.")
  private List<String> names = List.of();

  @Option(
      names = "--only",
      paramLabel = "SIDE",
      description = "Measures one side alone: ${COMPLETION-CANDIDATES}.")
  private @Nullable Side only;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds of each side that count (${DEFAULT-VALUE}).")
  private int rounds = 10;

  @Option(
      names = "--warmups",
      paramLabel = "N",
      description = "Rounds of each side before those (${DEFAULT-VALUE}).")
  private int warmups = 2;

  @Option(
      names = "--records",
      paramLabel = "N",
      description = "Records of a round (${DEFAULT-VALUE}).")
  private long records = 5_000_000;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "Heap of each side's JVM (${DEFAULT-VALUE}).")
  private String heap = "3g";

  @Option(
      names = "--broker-heap",
      paramLabel = "SIZE",
      description = "Heap of the Kafka broker's JVM (${DEFAULT-VALUE}).")
  private String brokerHeap = "2g";

  @Option(
      names = "--folder",
      required = true,
      hidden = true,
      description = "Where the data of the run and the logs of its processes go.")
  private Path folder = Path.of("");

  @Option(
      names = "--broker-jars",
      required = true,
      hidden = true,
      description = "The folder with the jars of a Kafka broker.")
  private Path brokerJars = Path.of("");

  @Option(
      names = "--commit",
      required = true,
      hidden = true,
      description = "The commit of Headwater that is measured.")
  private String commit = "";

  private Benchmarks() {}

  /** Runs the command and ends the JVM. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Benchmarks()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rounds < 1 || warmups < 0 || records < 1) {
      System.err.println("--rounds and --records must be at least 1, --warmups at least 0");
      return CommandLine.ExitCode.USAGE;
    }
    List<String> known = known();
    List<String> wanted = names.isEmpty() ? known : names;
    if (!known.containsAll(wanted)) {
      System.err.printf("no such case among %s, only %s%n", wanted, known);
      return CommandLine.ExitCode.USAGE;
    }
    Path data = Folders.empty(folder.resolve("data"));
    Path logs = Folders.empty(folder.resolve("logs"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> removeTraces(data), "remove-traces"));
    List<Case> cases = wanted.stream().flatMap(name -> Case.parse(name).stream()).toList();
    List<CaseResult> results = new ArrayList<>();
    boolean complete = compare(cases, data, logs, results);
    Optional<StartResult> start = Optional.empty();
    if (wanted.contains(START) && only != Side.PEER) {
      start =
          Optional.of(
              StartMeasurement.run(
                  Jvm.like(heap), warmups, rounds, data.resolve("start"), logs.resolve("start")));
    }
    System.out.println(heading());
    if (!results.isEmpty()) {
      System.out.println();
      System.out.print(Report.cases(results));
    }
    if (start.isPresent()) {
      System.out.println();
      System.out.print(Report.start(start.get()));
    }
    return complete ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static List<String> known() {
    return Stream.concat(Arrays.stream(Case.values()).map(Case::id), Stream.of(START)).toList();
  }

  /** Measures cases one after another; false if one of them failed, which is reported. */
  private boolean compare(List<Case> cases, Path data, Path logs, List<CaseResult> results)
      throws IOException, InterruptedException {
    Map<Side, Function<Workload, EngineProcess>> launchers = new EnumMap<>(Side.class);
    launchers.put(Side.OURS, workload -> launchOurs(workload, data, logs));
    if (only == Side.OURS || cases.isEmpty()) {
      return compare(cases, launchers, results);
    }
    if (only == Side.PEER) {
      launchers.clear();
    }
    try (KafkaBroker broker =
        KafkaBroker.start(brokerJars, brokerHeap, data.resolve("broker"), logs.resolve("broker"))) {
      launchers.put(Side.PEER, workload -> launchPeer(workload, broker, data, logs));
      return compare(cases, launchers, results);
    }
  }

  private boolean compare(
      List<Case> cases,
      Map<Side, Function<Workload, EngineProcess>> launchers,
      List<CaseResult> results)
      throws IOException, InterruptedException {
    Comparison comparison = new Comparison(launchers, warmups, rounds, System.err);
    Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Workload.SPAN);
    boolean complete = true;
    for (Case one : cases) {
      try {
        results.add(comparison.run(new Workload(one, records, start.toEpochMilli())));
      } catch (EngineException failure) {
        System.err.println(failure.getMessage());
        complete = false;
      }
    }
    return complete;
  }

  private EngineProcess launchPeer(Workload workload, KafkaBroker broker, Path data, Path logs) {
    List<String> command =
        Jvm.like(heap)
            .command(
                KafkaStreamsEngine.class,
                KafkaStreamsEngine.arguments(
                    broker.bootstrap(), workload, data.resolve("kafka-streams")));
    return EngineProcess.start(
        Side.PEER.title(), command, logs.resolve("kafka-streams-" + workload.of().id()));
  }

  private EngineProcess launchOurs(Workload workload, Path data, Path logs) {
    List<String> command =
        Jvm.like(heap)
            .command(
                HeadwaterEngine.class,
                HeadwaterEngine.arguments(workload, data.resolve("headwater")));
    return EngineProcess.start(
        Side.OURS.title(), command, logs.resolve("headwater-" + workload.of().id()));
  }

  private String heading() {
    return String.format(
        Locale.ROOT,
        """
        %s. Headwater %s, Kafka Streams and broker %s. %,d records a round, %d rounds of each side in turns after %d to warm up; \
        heap %s each, and %s for the broker.""",
        Machine.describe(LocalDate.now(ZoneOffset.UTC)),
        commit,
        AppInfoParser.getVersion(),
        records,
        rounds,
        warmups,
        heap,
        brokerHeap);
  }

  /** After an interrupt: ends the processes that still run and removes their data. */
  private static void removeTraces(Path data) {
    List<ProcessHandle> children = ProcessHandle.current().children().toList();
    children.forEach(ProcessHandle::destroy);
    try {
      CompletableFuture.allOf(
              children.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
          .get(SECONDS_TO_END, TimeUnit.SECONDS);
      Folders.delete(data);
    } catch (ExecutionException | TimeoutException | IOException failure) {
      System.err.println("cannot remove " + data + ": " + failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
