package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LineReaderTest {
  private final LineReader reader = new LineReader("origin", "date", TimestampFormat.ISO);
  private final LineReader anyJson = new LineReader(null, null, TimestampFormat.ISO);

  @Test
  void keyAndTimestampComeFromTheirFields() throws MalformedLineException {
    var parsed =
        parse(
            reader,
            """
            {"more":{"origin":"no"},"origin":"Zürich","date":"2001-01-01T00:47Z"}""");

    assertThat(parsed.key()).isEqualTo("Zürich".getBytes(UTF_8));
    assertThat(parsed.timestampMs()).isEqualTo(978_310_020_000L);
  }

  @Test
  void oneFieldMayBeBoth() throws MalformedLineException {
    var both = new LineReader("at", "at", TimestampFormat.ISO);
    var parsed = parse(both, "{\"at\":1234}");

    assertThat(parsed.key()).isEqualTo("1234".getBytes(UTF_8));
    assertThat(parsed.timestampMs()).isEqualTo(1234);
  }

  @ParameterizedTest
  @CsvSource({"17,17", "-1.50,-1.50", "true,true", "\"\",''"})
  void aKeyIsTheTextOfItsField(String json, String key) throws MalformedLineException {
    assertThat(parse(reader, "{\"origin\":%s,\"date\":0}".formatted(json)).key())
        .isEqualTo(key.getBytes(UTF_8));
  }

  @Test
  void aKeyThatIsNullIsNoKey() throws MalformedLineException {
    assertThat(parse(reader, "{\"origin\":null,\"date\":0}").key()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[1,2]", "1", "\"text\"", " null ", "{\"a\":[{}]}"})
  void anyJsonIsALineIfNoFieldIsWanted(String line) throws MalformedLineException {
    var parsed = parse(anyJson, line);
    assertThat(parsed.key()).isNull();
    assertThat(parsed.timestampMs()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "}",
        "{\"a\":}",
        "{'a':1}",
        "tru",
        "1 2",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "[1,]",
        "\"\\x\"",
        "01",
        "nan"
      })
  void whatIsNotOneJsonValueIsMalformed(String line) {
    assertThatThrownBy(() -> parse(anyJson, line))
        .isInstanceOf(MalformedLineException.class)
        .hasMessageStartingWith("not ");
    assertThatThrownBy(() -> parse(reader, line)).isInstanceOf(MalformedLineException.class);
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] line = "{\"a\":\"_\"}".getBytes(UTF_8);
    line[6] = (byte) 0xff;
    assertThatThrownBy(() -> anyJson.parse(line)).isInstanceOf(MalformedLineException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"date":0,"orgin":"ATL"}       | no field "origin"; did you mean orgin?
          {"origin":"ATL"}               | no field "date"; fields are origin
          {}                             | no field "origin"; there are no fields
          [1]                            | not a JSON object, so it has no fields
          {"origin":["ATL"],"date":0}    | field "origin" is to be the key, but is neither text nor a number
          {"origin":"ATL","date":1.5}    | field "date" is to be the timestamp, but is neither text nor a whole number
          {"origin":"ATL","date":"soon"} | field "date": "soon" is no time in ISO-8601, such as 2001-01-31T23:59:00Z
          """)
  void theErrorSaysWhichFieldIsWrongAndHow(String line, String message) {
    assertThatThrownBy(() -> parse(reader, line)).hasMessage(message);
  }

  private static LineReader.Parsed parse(LineReader reader, String line)
      throws MalformedLineException {
    return reader.parse(line.getBytes(UTF_8));
  }
}
