package io.headwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class LineSourceTest {
  @Test
  void linesAreNumberedFromOneAndLoseTheirEnds() throws IOException {
    var lines = of("a\r\n\nccc");

    assertThat(lines.number()).isZero();
    assertThat(lines.advance()).isTrue();
    assertThat(text(lines)).isEqualTo("a");
    assertThat(lines.number()).isEqualTo(1);
    assertThat(lines.advance()).isTrue();
    assertThat(text(lines)).isEmpty();
    assertThat(lines.advance()).isTrue();
    assertThat(text(lines)).isEqualTo("ccc");
    assertThat(lines.number()).isEqualTo(3);
    assertThat(lines.advance()).isFalse();
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
    assertThat(all(of("\ufeffone\n\ufefftwo"))).containsExactly("one", "\ufefftwo");
    assertThat(all(of("\ufeff"))).containsExactly("");
  }

  @Test
  void aLineMayBeLongerThanTheBuffer() throws IOException {
    String longLine = "x".repeat(300_000);
    var lines = of("short\n" + longLine + "\nlast\n");

    assertThat(all(lines)).containsExactly("short", longLine, "last");
  }

  @Test
  void linesAreTheSameHoweverTheInputIsCutIntoReads() throws IOException {
    String text = "one\ntwo\n\nfour\r\nfive";
    for (int size = 1; size < text.length(); size++) {
      int bytesMax = size;
      InputStream trickle =
          new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
              return super.read(target, offset, Math.min(length, bytesMax));
            }
          };
      assertThat(all(new LineSource(trickle)))
          .as("reads of %d bytes", size)
          .containsExactly("one", "two", "", "four", "five");
    }
  }

  @Test
  void theChecksumIsThatOfTheLinesSoFarWhetherOrNotTheLastOneHasItsEnd() throws IOException {
    var crc = new CRC32C();
    crc.update("one\ntwo\n".getBytes(UTF_8));
    var cut = of("one\ntwo");
    var whole = of("one\ntwo\nthree\n");

    cut.advance();
    cut.advance();
    whole.advance();
    whole.advance();

    assertThat(cut.checksum()).isEqualTo(crc.getValue());
    assertThat(whole.checksum()).isEqualTo(crc.getValue());
    assertThat(whole.bytes()).isEqualTo(8);
  }

  @Test
  void onlyAnInputThatHasNoWholeLineLeftMayWait() throws IOException {
    InputStream halfALineThenNothingYet =
        new ByteArrayInputStream("one\ntwo\nthr".getBytes(UTF_8)) {
          @Override
          public synchronized int available() {
            return 0;
          }
        };
    var lines = new LineSource(halfALineThenNothingYet);

    assertThat(lines.mayWait()).isTrue();
    lines.advance();
    assertThat(lines.mayWait()).isFalse();
    lines.advance();
    assertThat(lines.mayWait()).isTrue();
  }

  private static LineSource of(String text) {
    return new LineSource(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static List<String> all(LineSource lines) throws IOException {
    var all = new ArrayList<String>();
    while (lines.advance()) {
      all.add(text(lines));
    }
    return all;
  }

  private static String text(LineSource lines) {
    return new String(lines.line(), UTF_8);
  }
}
