package io.headwater.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkloadTest {
  private static final long START_MS = 1_767_225_600_000L;

  @ParameterizedTest
  @EnumSource
  void keysHaveTenBytesAndValuesAHundred(Case of) {
    Workload workload = new Workload(of, 1000, START_MS);

    assertThat(workload.key(7)).hasSize(10);
    assertThat(workload.value(7)).hasSize(100);
  }

  @ParameterizedTest
  @EnumSource
  void everyUserHasAKeyOfItsOwn(Case of) {
    Workload workload = new Workload(of, 1000, START_MS);

    assertThat(IntStream.range(0, of.users()).mapToObj(user -> text(workload.keyOf(user))))
        .doesNotHaveDuplicates()
        .hasSize(of.users());
  }

  @Test
  void keysNameTheirUser() {
    assertThat(text(new Workload(Case.COUNT_10K, 1, START_MS).keyOf(42))).isEqualTo("user-00042");
    assertThat(text(new Workload(Case.COUNT_1M, 1, START_MS).keyOf(123_456)))
        .isEqualTo("user123456");
  }

  @ParameterizedTest
  @EnumSource
  void usersAreSpreadOverAllThatThereAre(Case of) {
    Workload workload = new Workload(of, 1000, START_MS);

    var users = LongStream.range(0, 100_000).mapToInt(workload::user).summaryStatistics();

    assertThat(users.getMin()).isBetween(0, of.users() / 1000);
    assertThat(users.getMax()).isBetween(of.users() - of.users() / 1000, of.users() - 1);
    assertThat(users.getAverage() / of.users()).isBetween(0.49, 0.51);
  }

  @Test
  void eventsAreInTheOrderOfTheirTimeWithinAnHour() {
    Workload workload = new Workload(Case.WINDOW, 1001, START_MS);

    assertThat(LongStream.range(0, 1001).map(workload::timestampMs).toArray()).isSorted();
    assertThat(workload.timestampMs(0)).isEqualTo(START_MS);
    assertThat(workload.timestampMs(1000)).isBetween(START_MS + 3_590_000, START_MS + 3_599_999);
    assertThat(workload.profileTimestampMs()).isLessThan(START_MS);
  }

  @Test
  void theFilterKeepsHalfOfTheEvents() {
    assertThat(new Workload(Case.FILTER_MAP, 10_000, START_MS).expected().records())
        .isEqualTo(5000);
  }

  @Test
  void aCountIsExpectedForEachKeyThatOccurs() {
    Workload workload = new Workload(Case.COUNT_10K, 20_000, START_MS);
    Map<String, Long> counts = new HashMap<>();
    for (long index = 0; index < 20_000; index++) {
      counts.merge(text(workload.key(index)), 1L, Long::sum);
    }
    OutcomeFold fold = Case.Output.TABLE.fold();
    counts.forEach(
        (key, count) -> fold.accept(key.getBytes(StandardCharsets.ISO_8859_1), bytes(count)));

    assertThat(workload.expected()).isEqualTo(fold.outcome());
  }

  @Test
  void aJoinIsExpectedToMultiplyTheAmountByTheUsersFactor() {
    Workload workload = new Workload(Case.JOIN, 100, START_MS);
    OutcomeFold fold = Case.Output.EVENTS.fold();
    for (long index = 0; index < 100; index++) {
      ByteBuffer value = ByteBuffer.wrap(workload.value(index));
      double factor = ByteBuffer.wrap(workload.profileOf(value.getInt(8))).getDouble(4);
      value.putDouble(16, value.getDouble(16) * factor);
      fold.accept(workload.key(index), value.array());
    }

    assertThat(workload.expected()).isEqualTo(fold.outcome());
  }

  @ParameterizedTest
  @EnumSource
  void aWorkloadSurvivesBeingArguments(Case of) {
    Workload workload = new Workload(of, 12_345, START_MS);

    assertThat(Workload.parse(workload.arguments())).isEqualTo(workload);
  }

  @Test
  void argumentsThatNameNoCaseAreRefused() {
    assertThatThrownBy(() -> Workload.parse(List.of("sort", "1", "0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no case sort");
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }
}
