package io.headwater.benchmarks;

import io.headwater.benchmarks.embedded.HeadwaterEngine;
import io.headwater.benchmarks.engine.EngineException;
import io.headwater.benchmarks.engine.EngineProcess;
import io.headwater.benchmarks.engine.Folders;
import io.headwater.benchmarks.engine.Jvm;
import io.headwater.benchmarks.kafka.KafkaBroker;
import io.headwater.benchmarks.kafka.KafkaStreamsEngine;
import io.headwater.benchmarks.log.HeadwaterLog;
import io.headwater.benchmarks.log.LogCase;
import io.headwater.benchmarks.log.LogPeer;
import io.headwater.benchmarks.log.LogTask;
import io.headwater.benchmarks.log.UnindexedLog;
import io.headwater.benchmarks.report.CaseResult;
import io.headwater.benchmarks.report.GrowthResult;
import io.headwater.benchmarks.report.Machine;
import io.headwater.benchmarks.report.Report;
import io.headwater.benchmarks.report.Side;
import io.headwater.benchmarks.report.StartResult;
import io.headwater.benchmarks.workload.Case;
import io.headwater.benchmarks.workload.Task;
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
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
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
        "Measures Headwater beside its peers, in turns, and prints the figures as Markdown.")
public final class Benchmarks implements Callable<Integer> {
  private static final String START = "start";
  private static final String GROWTH = "log-growth";
  private static final String LOG_PEER_MAIN = "io.headwater.benchmarks.peers.PeerMain";
  private static final int SECONDS_TO_END = 60;

  @Parameters(
      arity = "0..*",
      paramLabel = "CASE",
      description =
          "filter-map, count-10k, count-1m, window, join; start (how an embedded application starts"
              + " and rests); of the log alone log-publish-N and log-publish-N-fsync (N messages a"
              + " call: 1, 8, 100 or 1000), log-publish-indexed-N (1 or 1000), log-read, log-get-N"
              + " (published N a call), log-get-key-N and log-get-key-absent-N (asked for N a call:"
              + " 1 or 100), log-growth; all if none is named.")
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
      names = "--quick",
      description = "Lets log-growth end at 100 MiB instead of 10,000, and measure less.")
  private boolean quick;

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
      names = "--log-peers",
      required = true,
      hidden = true,
      description = "Where the classes and the jars of the log's peers are.")
  private Path logPeers = Path.of("");

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
    List<LogCase> logCases = wanted.stream().flatMap(name -> LogCase.parse(name).stream()).toList();
    Comparison comparison = new Comparison(warmups, rounds, System.err);
    List<CaseResult> results = new ArrayList<>();
    boolean complete = compareStreams(cases, comparison, data, logs, results);
    List<CaseResult> logResults = new ArrayList<>();
    complete &= compareLogs(logCases, comparison, data, logs, logResults);
    Optional<StartResult> start = Optional.empty();
    if (wanted.contains(START) && only != Side.PEER) {
      start =
          Optional.of(
              StartMeasurement.run(
                  Jvm.like(heap), warmups, rounds, data.resolve("start"), logs.resolve("start")));
    }
    List<GrowthResult> growth =
        wanted.contains(GROWTH) && only != Side.PEER
            ? GrowthMeasurement.run(
                Jvm.like(heap), quick, data.resolve("growth"), logs.resolve("growth"))
            : List.of();
    System.out.println(heading());
    if (!results.isEmpty()) {
      System.out.println();
      System.out.print(Report.cases(results));
    }
    if (!logResults.isEmpty()) {
      System.out.println();
      System.out.print(Report.logCases(logResults));
    }
    if (!growth.isEmpty()) {
      System.out.println();
      System.out.print(Report.growth(growth));
    }
    if (start.isPresent()) {
      System.out.println();
      System.out.print(Report.start(start.get()));
    }
    return complete ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static List<String> known() {
    return Stream.of(
            Arrays.stream(Case.values()).map(Case::id),
            Stream.of(START, GROWTH),
            LogCase.all().stream().map(LogCase::id))
        .flatMap(Function.identity())
        .toList();
  }

  /** Measures the stream's cases one after another; false if one of them failed. */
  private boolean compareStreams(
      List<Case> cases, Comparison comparison, Path data, Path logs, List<CaseResult> results)
      throws IOException, InterruptedException {
    if (cases.isEmpty()) {
      return true;
    }
    if (only == Side.OURS) {
      return compareStreams(cases, comparison, null, data, logs, results);
    }
    try (KafkaBroker broker =
        KafkaBroker.start(brokerJars, brokerHeap, data.resolve("broker"), logs.resolve("broker"))) {
      return compareStreams(cases, comparison, broker, data, logs, results);
    }
  }

  private boolean compareStreams(
      List<Case> cases,
      Comparison comparison,
      @Nullable KafkaBroker broker,
      Path data,
      Path logs,
      List<CaseResult> results)
      throws InterruptedException {
    Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Workload.SPAN);
    boolean complete = true;
    for (Case one : cases) {
      Workload workload = new Workload(one, records, start.toEpochMilli());
      Map<Side, Supplier<EngineProcess>> launchers = new EnumMap<>(Side.class);
      launchers.put(Side.OURS, () -> launchOurs(workload, data, logs));
      if (broker != null) {
        launchers.put(Side.PEER, () -> launchPeer(workload, broker, data, logs));
      }
      complete &= compare(workload, launchers, comparison, results);
    }
    return complete;
  }

  /** Measures the log's cases one after another; false if one of them failed. */
  private boolean compareLogs(
      List<LogCase> cases, Comparison comparison, Path data, Path logs, List<CaseResult> results)
      throws InterruptedException {
    boolean complete = true;
    for (LogCase one : cases) {
      List<LogPeer> peers = LogPeer.of(one);
      for (LogPeer peer : only == Side.OURS ? peers.subList(0, 1) : peers) {
        LogTask task = new LogTask(one, peer, records);
        Map<Side, Supplier<EngineProcess>> launchers = new EnumMap<>(Side.class);
        launchers.put(Side.OURS, () -> launchOurs(task, data, logs));
        launchers.put(Side.PEER, () -> launchPeer(task, data, logs));
        complete &= compare(task, launchers, comparison, results);
      }
    }
    return complete;
  }

  /** Measures a task; false if it failed, which is reported. */
  private boolean compare(
      Task task,
      Map<Side, Supplier<EngineProcess>> launchers,
      Comparison comparison,
      List<CaseResult> results)
      throws InterruptedException {
    if (only != null) {
      launchers.keySet().retainAll(Set.of(only));
    }
    try {
      results.add(comparison.run(task, launchers));
      return true;
    } catch (EngineException failure) {
      System.err.println(failure.getMessage());
      return false;
    }
  }

  private EngineProcess launchPeer(LogTask task, Path data, Path logs) {
    List<String> arguments = arguments(task, data.resolve("log-peer"));
    return EngineProcess.start(
        task.peer(),
        task.beside() == LogPeer.UNINDEXED
            ? Jvm.like(heap).command(UnindexedLog.class, arguments)
            : Jvm.ofJars(heap, logPeers.resolve("lib"))
                .with(logPeers.resolve("classes"))
                .with(task.beside().jvmOptions())
                .command(LOG_PEER_MAIN, arguments),
        logs.resolve(task.beside() + "-" + task.id()));
  }

  private EngineProcess launchOurs(LogTask task, Path data, Path logs) {
    return EngineProcess.start(
        Side.OURS.title(task),
        Jvm.like(heap).command(HeadwaterLog.class, arguments(task, data.resolve("log"))),
        logs.resolve("headwater-" + task.id()));
  }

  private static List<String> arguments(LogTask task, Path folder) {
    List<String> arguments = new ArrayList<>(List.of(folder.toString()));
    arguments.addAll(task.arguments());
    return arguments;
  }

  private EngineProcess launchPeer(Workload workload, KafkaBroker broker, Path data, Path logs) {
    List<String> command =
        Jvm.like(heap)
            .command(
                KafkaStreamsEngine.class,
                KafkaStreamsEngine.arguments(
                    broker.bootstrap(), workload, data.resolve("kafka-streams")));
    return EngineProcess.start(
        Side.PEER.title(workload), command, logs.resolve("kafka-streams-" + workload.of().id()));
  }

  private EngineProcess launchOurs(Workload workload, Path data, Path logs) {
    List<String> command =
        Jvm.like(heap)
            .command(
                HeadwaterEngine.class,
                HeadwaterEngine.arguments(workload, data.resolve("headwater")));
    return EngineProcess.start(
        Side.OURS.title(workload), command, logs.resolve("headwater-" + workload.of().id()));
  }

  private String heading() {
    return String.format(
        Locale.ROOT,
        """
        %s. Headwater %s, Kafka Streams and broker %s. %,d records a round, %d rounds of each side in turns after %d to warm up; \
        heap %s each, and %s for the broker.\
        """,
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
