package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headwater.broker.Broker;
import io.headwater.broker.BrokerOptions;
import io.headwater.broker.NewTopic;
import io.headwater.broker.TopicPartition;
import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.record.BatchBuilder;
import io.headwater.serde.Headers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code log stat}, {@code check}, {@code recover} and {@code backup}. */
final class LogUpkeepTest {
  private static final String FIRST = "00000000000000000000.log";

  @TempDir private Path temporary = Path.of("");
  private Cli cli = new Cli(Path.of(""));
  private Path folder = Path.of("");

  @BeforeEach
  void publishThreeSegments() {
    cli = new Cli(temporary);
    folder = temporary.resolve("events");
    try (Log log = Log.open(folder, LogOptions.builder().segmentBytes(300).build())) {
      for (int i = 0; i < 6; i++) {
        log.publish(bytes("k" + i), new byte[50]);
      }
    }
  }

  @Test
  void statTellsHowLargeItIs() {
    assertThat(ran("stat", "--json").out())
        .matches(
            "\\{\"segments\":3,\"messages\":6,\"bytes\":\\d+,\"firstOffset\":0,\"nextOffset\":6}\n");
    assertThat(ran("stat").lines().get(0)).isEqualTo("SEGMENTS  MESSAGES  BYTES  FIRST  NEXT");
    assertThat(ran("stat", "--segments").out()).hasLineCount(4);
    assertThat(ran("stat", "--segments", "--json").lines())
        .hasSize(3)
        .element(1)
        .asString()
        .startsWith("{\"baseOffset\":2,\"nextOffset\":4,\"messages\":2,\"bytes\":");
  }

  @Test
  void anIntactLogIsSaidToBeSoAndRecoveringItChangesNoFile() throws IOException {
    Map<String, String> before = state();

    assertThat(ran("check")).isEqualTo(new Cli.Ran(0, "", "DATA/events is intact\n"));
    assertThat(ran("check", "--head", "--json").out()).isEmpty();
    assertThat(ran("recover"))
        .isEqualTo(new Cli.Ran(0, "", "DATA/events is intact, nothing was done\n"));

    assertThat(state()).isEqualTo(before);
  }

  @Test
  void everyDamagedRangeIsPrintedAndLaterMessagesStay() throws IOException {
    flip(FIRST, 70);
    flip("00000000000000000002.log", 70);

    var checked = ran("check");

    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(checked.lines())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("DAMAGED " + FIRST + " bytes 0 to 1")
                    .contains(", offsets 0: batch checksum is "),
            second -> assertThat(second).contains("00000000000000000002.log", ", offsets 2: "));
    assertThat(checked.err())
        .isEqualTo("DATA/events: 2 findings; 'headwater log recover' mends what can be mended\n");
    assertThat(ran("check", "--json").lines().get(1))
        .startsWith("{\"kind\":\"DAMAGED\",\"file\":\"00000000000000000002.log\",\"fromByte\":0,")
        .contains("\"fromOffset\":2,\"toOffset\":3,\"reason\":\"");
    assertThat(ran("check", "--head").exitCode()).as("the newest segment is whole").isZero();

    assertThat(ran("recover").out())
        .hasLineCount(2)
        .contains("; left as it is, what is published now comes after it\n");
    cli.withInput("more\n").runElsewhere("log", "publish", folder.toString());
    assertThat(ran("consume").lines())
        .extracting(line -> line.substring(0, 1))
        .containsExactly("1", "3", "4", "5", "6");
  }

  @Test
  void aTornTailIsFoundAndCut() throws IOException {
    Path newest = folder.resolve("00000000000000000004.log");
    byte[] whole = Files.readAllBytes(newest);
    Files.write(newest, Arrays.copyOf(whole, whole.length + 30));
    Files.write(newest, bytes("half a batch"), StandardOpenOption.APPEND);

    var checked = ran("check", "--head");

    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(checked.out()).startsWith("TORN 00000000000000000004.log bytes ").hasLineCount(1);
    assertThat(ran("recover", "--json").out())
        .startsWith("{\"kind\":\"TORN\",")
        .endsWith(",\"done\":\"cut off\"}\n");
    assertThat(newest).hasBinaryContent(whole);
    assertThat(ran("check").exitCode()).isZero();
  }

  @Test
  void badIndexesAreFoundAndMadeAnew() throws IOException {
    Map<String, String> before = state();
    Path index = folder.resolve("00000000000000000000.index");
    Files.deleteIfExists(index);
    Files.write(folder.resolve("00000000000000000002.timeindex"), new byte[] {1, 2, 3});

    assertThat(ran("check").lines()).allMatch(line -> line.startsWith("INDEX "));
    assertThat(ran("check").exitCode()).isEqualTo(1);
    assertThat(ran("recover").out()).contains("; made anew\n");
    assertThat(ran("check").exitCode()).isZero();
    assertThat(ran("recover", "--reindex").err()).isEqualTo("DATA/events: made all indexes anew\n");
    assertThat(state().keySet()).isEqualTo(before.keySet());
  }

  @Test
  void aBackupIsALogAndIsContinued() {
    String copy = temporary.resolve("copy").toString();

    var first = ran("backup", copy);
    cli.withInput("more\n").runElsewhere("log", "publish", folder.toString());
    var second = ran("backup", copy, "--json");

    assertThat(first.err()).startsWith("DATA/copy is a copy of DATA/events: 6 messages, ");
    assertThat(second.out()).contains("\"messages\":7,");
    assertThat(cli.runElsewhere("log", "consume", copy).out()).isEqualTo(ran("consume").out());
    assertThat(cli.runElsewhere("log", "check", copy).exitCode()).isZero();

    var itself = ran("backup", folder.toString());
    assertThat(itself.exitCode()).isEqualTo(1);
    assertThat(itself.err()).contains("cannot be backed up to itself").hasLineCount(1);
    var other = ran("backup", temporary.toString());
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("choose another folder").hasLineCount(1);
    assertThat(ran("backup").exitCode()).isEqualTo(2);
  }

  @Test
  void aRunningWriterIsCopiedAndCheckedButNotMended() throws IOException {
    try (Log log = Log.open(folder)) {
      log.publish(bytes("k"), bytes("live"));

      assertThat(ran("check").exitCode()).isZero();
      assertThat(ran("stat", "--json").out()).contains("\"messages\":7,");
      assertThat(ran("backup", temporary.resolve("copy").toString()).exitCode()).isZero();
      flip(FIRST, 70);
      var recover = ran("recover");
      assertThat(recover.exitCode()).isEqualTo(1);
      assertThat(recover.err())
          .contains(Long.toString(ProcessHandle.current().pid()))
          .hasLineCount(1);
    }
  }

  @Test
  void foldersThatAreNoLogAreNamed() throws IOException {
    Path file = Files.writeString(temporary.resolve("notes.txt"), "mine");
    Path data = temporary.resolve("data");
    try (Broker broker = Broker.open(data, BrokerOptions.defaults())) {
      broker.createTopic(NewTopic.of("carts", 1));
    }
    List<List<String>> commands =
        List.of(
            List.of("consume"),
            List.of("get", "0"),
            List.of("find", "--null-key"),
            List.of("stat"),
            List.of("check"),
            List.of("recover"),
            List.of("backup", temporary.resolve("copy").toString()),
            List.of("trim", "--max-count", "1"),
            List.of("compact", "--updates-older-than", "0s"),
            List.of("delete", "0"),
            List.of("dump"),
            List.of("publish"));
    for (List<String> command : commands) {
      assertThat(refusal(command, temporary.resolve("none")))
          .isEqualTo(
              "headwater: DATA/none: no such folder; name the folder of a log, or make one with 'log publish --create'\n");
      assertThat(refusal(command, file))
          .isEqualTo(
              "headwater: DATA/notes.txt is a file, not a folder; name the folder of a log\n");
      assertThat(refusal(command, temporary)).startsWith("headwater: DATA is no log: ");
      assertThat(refusal(command, data))
          .isEqualTo(
              "headwater: DATA/data is a folder of topics, not of a log; name one of its partitions, such as DATA/data/flights-0\n");
    }
    assertThat(temporary.toFile().list()).containsExactlyInAnyOrder("events", "data", "notes.txt");
  }

  private String refusal(List<String> command, Path where) {
    var words = new ArrayList<>(List.of("log", command.get(0), where.toString()));
    words.addAll(command.subList(1, command.size()));
    var ran = cli.runElsewhere(words.toArray(String[]::new));
    assertThat(ran.exitCode()).as("%s", words).isEqualTo(1);
    assertThat(ran.err()).hasLineCount(1);
    return ran.err();
  }

  @Test
  void aFolderThatMayNotBeReadIsNamed() {
    assumeThat(folder.toFile().setReadable(false)).isTrue();
    assumeThat(Files.isReadable(folder)).as("a superuser may read everything").isFalse();

    for (String command : List.of("consume", "stat", "check", "recover", "dump", "publish")) {
      assertThat(ran(command).err())
          .as(command)
          .isEqualTo(
              "headwater: DATA/events: no permission to read it; check its owner and mode\n");
    }
    assertThat(folder.toFile().setReadable(true)).isTrue();
  }

  @Test
  void aPartitionOfADataFolderIsOnlyReadAndRecovered() throws IOException {
    Path data = temporary.resolve("data");
    Path carts = data.resolve("carts-0");
    try (Broker broker = Broker.open(data, BrokerOptions.defaults())) {
      broker.createTopic(NewTopic.of("carts", 1));
      broker.append(
          new TopicPartition("carts", 0),
          new BatchBuilder().append(1000, bytes("k"), bytes("v"), Headers.EMPTY));
      var busy = cli.runElsewhere("log", "recover", carts.toString());
      assertThat(busy.exitCode()).as("the broker has the lock").isEqualTo(1);
      assertThat(busy.err()).contains(Long.toString(ProcessHandle.current().pid()));
    }
    for (String[] change :
        List.of(
            new String[] {"publish"},
            new String[] {"delete", "0"},
            new String[] {"trim", "--max-count", "0"},
            new String[] {"compact", "--updates-older-than", "0s"})) {
      assertThat(refusal(List.of(change), carts))
          .isEqualTo(
              "headwater: DATA/data/carts-0 is a partition of the data folder DATA/data, which keeps track of it; use 'headwater write carts --data DATA/data', or a copy made by 'log backup'\n");
    }
    Files.write(carts.resolve(FIRST), bytes("torn"), StandardOpenOption.APPEND);

    assertThat(cli.runElsewhere("log", "recover", carts.toString()).out()).startsWith("TORN ");
    assertThat(cli.runElsewhere("log", "check", carts.toString()).exitCode()).isZero();
    assertThat(carts.resolve(".lock")).doesNotExist();
    assertThat(new Cli(data).run("read", "carts").out()).hasLineCount(1);
  }

  @Test
  void whatAKafkaBrokerWroteIsNotChanged() throws IOException {
    Files.writeString(folder.resolve("partition.metadata"), "version: 0\n");
    flip(FIRST, 70);
    Map<String, String> before = state();

    for (List<String> change :
        List.of(
            List.of("publish"),
            List.of("recover"),
            List.of("delete", "0"),
            List.of("trim", "--max-count", "0"))) {
      assertThat(refusal(change, folder))
          .startsWith(
              "headwater: DATA/events was written by a Kafka broker (it has a partition.metadata)");
    }
    ran("consume");
    ran("check");
    ran("stat");
    ran("dump");
    ran("find", "--null-key");

    assertThat(state()).isEqualTo(before);
  }

  private void flip(String name, long position) throws IOException {
    try (var file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      file.seek(position);
      int before = file.read();
      file.seek(position);
      file.write(before ^ 1);
    }
  }

  private Map<String, String> state() throws IOException {
    var state = new TreeMap<String, String>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        state.put(
            String.valueOf(file.getFileName()),
            Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return state;
  }

  private Cli.Ran ran(String command, String... options) {
    var words = new ArrayList<>(List.of("log", command, folder.toString()));
    words.addAll(List.of(options));
    return cli.runElsewhere(words.toArray(String[]::new));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
