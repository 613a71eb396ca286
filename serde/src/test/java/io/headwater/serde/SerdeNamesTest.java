package io.headwater.serde;

import static io.headwater.serde.Headers.EMPTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerdeNamesTest {
  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Serdes.byName("strng"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no serde is named \"strng\"; known are boolean, bytebuffer, bytes, double, float,"
                + " instant, integer, long, namespaced-name, short, string, uuid, varint, varlong,"
                + " void, list(…)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "list", "list()", "list(strng)", "list(string", "(string)", "set(long)"})
  void aNameThatIsNotWholeIsRefused(String name) {
    assertThatThrownBy(() -> Serdes.byName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no serde is named \"");
  }

  @Test
  void namesNest() {
    assertThat(Serdes.byName("list(list(long))").name()).isEqualTo("list(list(long))");
  }

  @Test
  void anotherModuleAddsItsNames() {
    Serde<String> shouted =
        Serde.ofImmutable(
                (topic, headers, data) -> data == null ? null : Utf8.write(data),
                (topic, headers, data) -> data == null ? null : Utf8.read(topic, data) + "!")
            .named("shouted");
    var names = Serdes.names().plus(shouted).plus("same", inner -> inner);
    byte[] bytes = Utf8.write("a");
    assertThat(names.find("shouted").deserializer().deserialize("t", EMPTY, bytes)).isEqualTo("a!");
    assertThat(names.find("same(shouted)")).isSameAs(shouted);
    assertThat(names.find("list(same(string))").name()).isEqualTo("list(string)");
    assertThat(names.names()).contains("shouted", "same(…)").containsAll(Serdes.names().names());
    assertThat(Serdes.names().names()).doesNotContain("shouted");
  }

  @Test
  void aSerdeWithoutANameIsShownAsBytes() {
    assertThat(Serde.of(Serdes.Long().serializer(), Serdes.Long().deserializer()).name())
        .isEqualTo("bytes");
  }

  @Test
  void aPlainNameHasNoBracket() {
    for (String name : List.of("", "a(b)")) {
      assertThatThrownBy(() -> Serdes.names().plus(Serdes.Long().named(name)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
