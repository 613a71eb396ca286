package io.headwater.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Copying, checking and mending a log. */
class LogCareTest extends LogContract {
  private Path backup() {
    return temp.resolve("backup").resolve("orders-0");
  }

  private LogFolder tools() {
    return LogFolder.of(storage, folder, options().build());
  }

  private Path newestFile() {
    Path newest = null;
    for (Path file : storage.list(folder)) {
      newest = file.toString().endsWith(".log") ? file : newest;
    }
    return Objects.requireNonNull(newest);
  }

  /** Changes a byte of the first batch of the newest file that has any. */
  private void damageNewest() {
    try (StorageFile file = storage.open(newestFile())) {
      byte[] one = new byte[1];
      assertThat(file.read(70, one, 0, 1)).isEqualTo(1);
      one[0] ^= 1;
      file.write(70, one, 0, 1);
      file.force();
    }
  }

  @Test
  @DisplayName(
      "KL-104, KL-106, KL-107: a copy of a live log opens with the same messages, again and again")
  void backupOfALiveLog() {
    try (Log log = open()) {
      for (int round = 0; round < 4; round++) {
        publish(log, 5);
        log.deleteAll(OffsetSet.of(round * 5L + 1), DeleteBackoff.NONE);
        log.backup(backup());
        publish(log, 1);
        log.delete(OffsetSet.of(log.nextOffset() - 1));
        try (Log copy = Log.open(storage, backup(), options().readOnly(true).build())) {
          assertThat(all(copy, 4)).isEqualTo(all(log, 4));
          assertThat(copy.stat().messages()).isEqualTo(log.stat().messages());
          assertThat(copy.recovery()).isEqualTo(new Recovery.Clean());
        }
        log.backup(backup());
      }
    }
    try (Log copy = Log.open(storage, backup(), options().build())) {
      assertThat(copy.publish(bytes("k"), bytes("on"))).isEqualTo(25);
    }
  }

  @Test
  @DisplayName("KL-100, KL-105, KL-107: a closed log is counted and copied without opening it")
  void withoutOpening() {
    try (Log log = open()) {
      publish(log, 12);
      log.deleteAll(OffsetSet.of(3, 11), DeleteBackoff.NONE);
    }
    LogStat stat = tools().stat();
    tools().backup(backup());
    try (Log log = open();
        Log copy = Log.open(storage, backup(), options().build())) {
      assertThat(all(copy, 5)).isEqualTo(all(log, 5));
      assertThat(copy.stat()).isEqualTo(log.stat()).isEqualTo(stat);
      assertThat(copy.nextOffset()).isEqualTo(12);
    }
    var nothing = LogFolder.of(storage, temp.resolve("nothing"), options().build());
    nothing.backup(temp.resolve("nothing-too"));
    assertThat(nothing.stat()).isEqualTo(new LogStat(0, 0, 0));
  }

  @Test
  @DisplayName("KL-110, KL-113: a sound log has no findings, and recovering changes nothing")
  void aSoundLog() {
    assertThat(tools().check()).as("no log").isEmpty();
    try (Log log = open()) {
      publish(log, 12);
    }
    assertThat(tools().check()).isEmpty();
    assertThat(tools().recover()).isEmpty();
    try (Log log =
        Log.open(storage, folder, options().checkOnOpen(true).recoverOnOpen(true).build())) {
      assertThat(log.recovery()).isEqualTo(new Recovery.Clean());
      assertThat(all(log, 5)).hasSize(12);
    }
  }

  @Test
  @DisplayName("KL-026, KL-027, KL-110: damage is found at opening if that is asked for")
  void checkOnOpen() {
    try (Log log = open()) {
      publish(log, 12);
    }
    damageNewest();
    assertThat(tools().check()).extracting(Finding::kind).contains(Finding.Kind.DAMAGED);
    for (LogOptions options :
        List.of(
            options().checkOnOpen(true).build(),
            options().checkOnOpen(true).readOnly(true).build(),
            options().recoverOnOpen(true).readOnly(true).build())) {
      assertThatThrownBy(() -> Log.open(storage, folder, options))
          .isInstanceOf(CorruptLogException.class)
          .hasMessageContaining(String.valueOf(newestFile().getFileName()));
    }
  }

  @Test
  @DisplayName("KL-027, KL-111: recovering keeps all that can be read, and the log goes on")
  void recoverOnOpen() {
    try (Log log = open()) {
      publish(log, 12);
    }
    damageNewest();
    LogOptions recovering = options().checkOnOpen(true).recoverOnOpen(true).build();
    try (Log log = Log.open(storage, folder, recovering)) {
      assertThat(log.recovery()).isInstanceOf(Recovery.Damaged.class);
      assertThat(log.nextOffset()).isEqualTo(12);
      long damaged = ((Recovery.Damaged) log.recovery()).parts().get(0).offsets().from();
      for (long offset = 0; offset < 12; offset++) {
        long each = offset;
        if (offset == damaged) {
          assertThatThrownBy(() -> log.get(each)).isInstanceOf(CorruptLogException.class);
        } else {
          assertThat(value(log.get(offset))).isEqualTo("v" + offset);
        }
      }
      assertThat(log.publish(bytes("k"), bytes("v12"))).isEqualTo(13);
      assertThat(value(log.get(12))).isEqualTo("v12");
      if (damaged > 0) {
        assertThat(offsets(log.consume(0, 100).messages())).hasSize((int) damaged);
      }
      assertThatThrownBy(() -> log.consume(damaged, 100))
          .isInstanceOfSatisfying(
              CorruptLogException.class, e -> assertThat(e.offsetAfter()).hasValue(damaged + 1));
      assertThat(offsets(log.consume(damaged + 1, 100).messages())).endsWith(12L);
    }
    assertThat(tools().recover()).extracting(Finding::kind).containsOnly(Finding.Kind.DAMAGED);
    try (Log log = Log.open(storage, folder, options().keyIndex(true).build())) {
      assertThat(log.offsetByKey(bytes("k"))).isEqualTo(12);
      assertThat(log.offsetByKey(bytes("k2"))).isEqualTo(11);
    }
  }

  @Test
  @DisplayName("KL-097, KL-099: a log says how many segments, messages and bytes it has")
  void stat() {
    try (Log log = open()) {
      assertThat(log.stat()).isEqualTo(new LogStat(1, 0, 0));
      publish(log, 12);
      LogStat twelve = log.stat();
      assertThat(twelve.messages()).isEqualTo(12);
      assertThat(twelve.segments()).isEqualTo(place.tiny() ? 12 / 2 : 1);
      assertThat(twelve.bytes()).isPositive();
      assertThat(log.deleteAll(OffsetSet.of(0, 1, 5), DeleteBackoff.NONE).bytesFreed())
          .isGreaterThanOrEqualTo(twelve.bytes() - log.stat().bytes());
      assertThat(log.stat().messages()).isEqualTo(9);
      assertThat(log.stat().bytes()).isLessThan(twelve.bytes());
    }
    try (Log log = open()) {
      assertThat(log.stat().bytes()).isEqualTo(sizeOnDisk(storage, folder));
    }
  }

  @Test
  @DisplayName("KL-102, KL-103: what gc releases is loaded again by whoever reads")
  void gc() {
    try (Log log = open()) {
      publish(log, 12);
      List<Message> before = all(log, 5);
      for (Duration unusedFor : List.of(Duration.ofDays(1), Duration.ZERO)) {
        log.gc(unusedFor);
        assertThat(all(log, 5)).isEqualTo(before);
        log.gc(unusedFor);
        assertThat(log.get(3)).isEqualTo(before.get(3));
        log.gc(unusedFor);
        assertThat(log.getByTime(Instant.ofEpochMilli(before.get(7).timestampMs())))
            .isEqualTo(before.get(7));
      }
      assertThat(log.publish(bytes("k"), bytes("v"))).isEqualTo(13);
    }
  }
}
