package io.headwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicCommandTest {
  @TempDir private Path temporary = Path.of("");
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void useAFolderThatIsNotThere() {
    cli = new Cli(temporary.resolve("data"));
  }

  @Test
  void aCreatedTopicIsListedAndDescribed() {
    var created =
        cli.run(
            "topic", "create", "orders", "--partitions", "2", "--config", "cleanup.policy=compact");
    cli.run("topic", "create", "carts");
    cli.withInput("{\"id\":1}\n{\"id\":2}\n").run("write", "carts", "--key", "id");

    assertThat(created.exitCode()).isZero();
    assertThat(created.err()).isEqualTo("created topic orders with 2 partitions in DATA\n");
    assertThat(cli.run("topic", "list").out())
        .isEqualTo(
            """
            TOPIC   PARTITIONS  OFFSETS  BYTES
            carts            1        3    171
            orders           2        0      0
            """);
    assertThat(cli.run("topic", "describe", "orders").out())
        .isEqualTo(
            """
            topic orders
              cleanup.policy=compact
              message.timestamp.type=CreateTime
              segment.bytes=67108864
            PARTITION  START  END  STABLE  BYTES
                    0      0    0       0      0
                    1      0    0       0      0
            """);
  }

  @Test
  void jsonHasOneObjectATopic() {
    cli.run("topic", "create", "carts");

    assertThat(cli.run("topic", "list", "--json").out())
        .isEqualTo(
            """
            {"topic":"carts","partitions":1,"offsets":0,"sizeBytes":0,"internal":false}
            """);
    assertThat(cli.run("topic", "describe", "carts", "--json").lines())
        .containsExactly(
            """
            {"topic":"carts","internal":false,"config":{"cleanup.policy":"delete",\
            "message.timestamp.type":"CreateTime","segment.bytes":"67108864"},\
            "partitions":[{"partition":0,"startOffset":0,"endOffset":0,"lastStableOffset":0,\
            "sizeBytes":0}]}""");
  }

  @Test
  void internalTopicsAreListedOnlyIfAskedFor() {
    cli.run("topic", "create", "carts");

    assertThat(cli.run("topic", "list").out()).doesNotContain("__");
    assertThat(cli.run("topic", "list", "--internal").out()).contains("__transaction_state");
  }

  @Test
  void aDeletedTopicIsGoneAndItsNameCanBeUsedAgain() {
    cli.run("topic", "create", "carts");

    assertThat(cli.run("topic", "delete", "carts").err())
        .isEqualTo("deleted topic carts of DATA\n");
    assertThat(cli.run("topic", "list", "--json").out()).isEmpty();
    assertThat(cli.run("topic", "create", "carts").exitCode()).isZero();
  }

  @Test
  void anUnknownTopicFailsWithNearNames() {
    cli.run("topic", "create", "orders");

    var ran = cli.run("topic", "describe", "order");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).isEqualTo("headwater: there is no topic 'order'; did you mean orders?\n");
    assertThat(cli.run("topic", "delete", "order").exitCode()).isEqualTo(1);
  }

  @Test
  void creatingATopicTwiceFails() {
    cli.run("topic", "create", "orders");

    var ran = cli.run("topic", "create", "orders");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).startsWith("headwater: ").contains("orders").hasLineCount(1);
  }

  @Test
  void whatIsNoTopicIsRefusedBeforeAnyFolderIsMade() {
    assertThat(cli.run("topic", "create", "a/b").err())
        .startsWith("headwater: 'a/b' is not a topic name")
        .hasLineCount(1);
    assertThat(cli.run("topic", "create", "a", "--partitions", "0").exitCode()).isEqualTo(1);
    assertThat(cli.run("topic", "create", "a", "--config", "color=blue").err())
        .startsWith("headwater: unknown topic setting 'color'; known are ");
    assertThat(temporary.resolve("data")).doesNotExist();
  }
}
