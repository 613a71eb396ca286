package io.headwater.serde;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeadersTest {
  private static final Header OLD = new Header("trace", new byte[] {1});
  private static final Header OTHER = new Header("kind", null);
  private static final Header NEW = new Header("trace", new byte[0]);

  @Test
  void namesMayRepeatAndOrderIsKept() {
    var headers = Headers.of(OLD, OTHER).add(NEW);
    assertThat(headers).containsExactly(OLD, OTHER, NEW);
    assertThat(headers.headers("trace")).containsExactly(OLD, NEW);
    assertThat(headers.lastHeader("trace")).isEqualTo(NEW);
    assertThat(headers.lastHeader("absent")).isNull();
    assertThat(headers.size()).isEqualTo(3);
  }

  @Test
  void addingAndRemovingLeavesTheOriginalAsItWas() {
    var headers = Headers.of(OLD);
    assertThat(headers.add("kind", null)).containsExactly(OLD, OTHER);
    assertThat(headers.remove("trace")).isEqualTo(Headers.EMPTY).isEmpty();
    assertThat(headers).containsExactly(OLD);
  }

  @Test
  void anEmptyValueIsNotANullOne() {
    assertThat(new Header("a", new byte[0])).isNotEqualTo(new Header("a", null));
    assertThat(new Header("a", new byte[] {1}))
        .isEqualTo(new Header("a", new byte[] {1}))
        .hasSameHashCodeAs(new Header("a", new byte[] {1}))
        .hasToString("a=1 bytes");
    assertThat(new Header("a", null)).hasToString("a=null");
  }
}
