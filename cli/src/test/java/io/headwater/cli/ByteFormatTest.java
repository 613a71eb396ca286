package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.serde.Headers;
import io.headwater.serde.Serde;
import io.headwater.serde.Serdes;
import io.headwater.serde.SerializationException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          auto  | {"a": [1, 2]} | {"a":[1,2]}        | {"a":[1,2]}
          auto  | [1, 2]        | [1,2]              | [1,2]
          auto  | {"a": 1       | "{\\"a\\": 1"      | {"a": 1
          auto  | 42            | "42"               | 42
          auto  | true          | "true"             | true
          auto  | ATL           | "ATL"              | ATL
          bytes | {"a": 1}      | "{\\"a\\": 1}"     | {"a": 1}
          json  | 42            | 42                 | 42
          json  | "x"           | "x"                | "x"
          json  | 1.10          | 1.10               | 1.10
          """)
  void textIsShownAsItsFormatSays(String format, String value, String json, String text) {
    assertThat(json(format, value.getBytes(UTF_8))).isEqualTo(json);
    assertThat(ByteFormat.parse(format).text("t", value.getBytes(UTF_8))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"auto", "bytes"})
  void bytesThatAreNoTextAreShownInBase64(String format) {
    for (byte[] bytes : List.of(new byte[] {0, 1}, new byte[] {(byte) 0xff, 'a'})) {
      String base64 = Base64.getEncoder().encodeToString(bytes);
      assertThat(json(format, bytes)).isEqualTo("{\"base64\":\"" + base64 + "\"}");
      assertThat(ByteFormat.parse(format).text("t", bytes)).isEqualTo("base64:" + base64);
      assertThat(ByteFormat.parse(format).bytes("t", "base64:" + base64)).isEqualTo(bytes);
    }
  }

  @Test
  void textOfManyLinesStaysOnOne() {
    assertThat(ByteFormat.parse("auto").text("t", "a\nb".getBytes(UTF_8))).isEqualTo("a\\nb");
    assertThat(json("auto", "a\nb".getBytes(UTF_8))).isEqualTo("\"a\\nb\"");
  }

  @Test
  void nullAndEmptyAreToldApart() {
    assertThat(json("auto", null)).isEqualTo("null");
    assertThat(json("auto", new byte[0])).isEqualTo("\"\"");
  }

  @ParameterizedTest
  @CsvSource({
    "string, ATL, \"ATL\"",
    "long, -5, -5",
    "integer, 7, 7",
    "short, 7, 7",
    "double, 1.5, 1.5",
    "float, 0.1, 0.1",
    "boolean, true, true",
    "varint, 300, 300",
    "varlong, 300, 300",
    "uuid, 8b6ff8d1-3f2c-4c3e-9d0e-2a4f6f0c7a11, \"8b6ff8d1-3f2c-4c3e-9d0e-2a4f6f0c7a11\"",
    "instant, 2001-01-01T00:00:00Z, \"2001-01-01T00:00:00Z\"",
    "namespaced-name, a/b, \"a/b\"",
  })
  void whatIsTypedUnderASerdeIsShownAgain(String serde, String typed, String json) {
    byte[] bytes = ByteFormat.parse(serde).bytes("t", typed);

    assertThat(json(serde, bytes)).isEqualTo(json);
    assertThat(ByteFormat.parse(serde).text("t", bytes)).isEqualTo(typed);
  }

  @Test
  void typedKeysHaveTheBytesOfTheSerde() {
    assertThat(ByteFormat.parse("long").bytes("t", "258"))
        .isEqualTo(new byte[] {0, 0, 0, 0, 0, 0, 1, 2});
  }

  @Test
  void listsAreArrays() {
    Serde<List<Long>> serde = Serdes.ListSerde(Serdes.Long());
    byte[] bytes = serde.serializer().serialize("t", Headers.EMPTY, Arrays.asList(1L, null, 3L));

    assertThat(json("list(long)", bytes)).isEqualTo("[1,null,3]");
    assertThat(ByteFormat.parse("list(long)").text("t", bytes)).isEqualTo("[1,null,3]");
  }

  @Test
  void anUnknownSerdeIsRefusedWithNearNames() {
    assertThatThrownBy(() -> ByteFormat.parse("sting"))
        .isInstanceOf(UserException.class)
        .hasMessage("no serde \"sting\"; did you mean string?");
  }

  @Test
  void aKeyThatIsNoSuchValueIsRefused() {
    assertThatThrownBy(() -> ByteFormat.parse("long").bytes("t", "ATL"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("\"ATL\" is no long");
    assertThatThrownBy(() -> ByteFormat.parse("boolean").bytes("t", "yes"))
        .hasMessage("\"yes\" is no boolean: it is true or false");
  }

  @Test
  void bytesOfAnotherTypeAreRefused() {
    assertThatThrownBy(() -> json("long", new byte[] {1}))
        .isInstanceOf(SerializationException.class);
    assertThatThrownBy(() -> json("json", "{".getBytes(UTF_8)))
        .hasMessage("topic t: expected JSON, found {; try auto");
  }

  private static String json(String format, byte @Nullable [] bytes) {
    return JsonLines.text(json -> ByteFormat.parse(format).write("t", bytes, json));
  }
}
