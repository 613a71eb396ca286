package io.headwater.log.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.testing.FaultyStorage;
import io.headwater.log.testing.PowerCutException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultyStorageTest extends StorageContract {
  @Override
  Storage open() {
    return new FaultyStorage(1);
  }

  private FaultyStorage disk(long seed) {
    var disk = new FaultyStorage(seed);
    disk.createDirectories(temp);
    return disk;
  }

  private static int[] read(Storage disk, java.nio.file.Path path) {
    if (!disk.exists(path)) {
      return new int[] {-1};
    }
    try (StorageFile file = disk.openReadOnly(path)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      int[] numbers = new int[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        numbers[i] = bytes[i];
      }
      return numbers;
    }
  }

  @Test
  void whatWasForcedIsThereAfterACutWithItsName() {
    for (int seed = 0; seed < 100; seed++) {
      FaultyStorage disk = disk(seed);
      try (StorageFile file = disk.create(temp.resolve("a"))) {
        file.write(0, new byte[] {1, 2, 3}, 0, 3);
        file.force();
      }
      disk.forceDirectory(temp);
      assertThat(read(disk.afterRestart(), temp.resolve("a"))).containsExactly(1, 2, 3);
    }
  }

  @Test
  void whatWasNotForcedIsKeptLostOrTorn() {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 300; seed++) {
      FaultyStorage disk = disk(seed);
      try (StorageFile file = disk.create(temp.resolve("a"))) {
        file.force();
        disk.forceDirectory(temp);
        byte[] ones = new byte[1024];
        java.util.Arrays.fill(ones, (byte) 1);
        file.write(0, ones, 0, 1024);
      }
      int[] found = read(disk.afterRestart(), temp.resolve("a"));
      seen.add(
          found.length == 0 ? "lost" : found.length + " " + found[0] + found[found.length - 1]);
    }
    assertThat(seen)
        .containsExactlyInAnyOrder("lost", "512 11", "1024 11", "1024 01", "1024 10", "1024 00");
  }

  @Test
  void aNameThatWasNotForcedMayBeLostAndAMoveIsAllOrNothing() {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      FaultyStorage disk = disk(seed);
      for (String name : new String[] {"old", "new"}) {
        try (StorageFile file = disk.create(temp.resolve(name))) {
          file.write(0, new byte[] {(byte) name.length(), (byte) name.charAt(0)}, 0, 2);
          file.force();
        }
      }
      disk.forceDirectory(temp);
      disk.create(temp.resolve("more")).close();
      disk.move(temp.resolve("new"), temp.resolve("old"));
      FaultyStorage after = disk.afterRestart();
      seen.add(
          (after.exists(temp.resolve("more")) ? "more " : "")
              + (char) read(after, temp.resolve("old"))[1]
              + (after.exists(temp.resolve("new")) ? " both" : ""));
    }
    assertThat(seen).containsExactlyInAnyOrder("o both", "more o both", "n", "more n");
  }

  @Test
  void afterTheCutNothingWorksUntilTheRestart() {
    FaultyStorage disk = disk(3).cutPowerAt(1);
    assertThatThrownBy(() -> disk.create(temp.resolve("a"))).isInstanceOf(PowerCutException.class);
    assertThatThrownBy(() -> disk.list(temp)).isInstanceOf(PowerCutException.class);
    assertThat(disk.isPowerCut()).isTrue();
    disk.afterRestart().create(temp.resolve("a")).close();
  }

  @Test
  void whatAFailedForceLostNoLaterForceBringsBack() {
    FaultyStorage disk = disk(3);
    try (StorageFile file = disk.create(temp.resolve("a"))) {
      disk.forceDirectory(temp);
      file.write(0, new byte[] {1}, 0, 1);
      disk.failForces(path -> true);
      assertThatThrownBy(file::force).isInstanceOf(LogException.class);
      disk.failForces(null);
      file.force();
    }
    assertThat(read(disk.afterRestart(), temp.resolve("a"))).isEmpty();
  }

  @Test
  void aFullDiskTakesNoMoreUntilThereIsSpace() {
    FaultyStorage disk = disk(3);
    try (StorageFile file = disk.create(temp.resolve("a"))) {
      disk.full(true);
      assertThatThrownBy(() -> file.write(0, new byte[9], 0, 9))
          .isInstanceOf(DiskFullException.class);
      assertThatThrownBy(() -> disk.create(temp.resolve("b")))
          .isInstanceOf(DiskFullException.class);
      disk.full(false);
      file.write(0, new byte[9], 0, 9);
      assertThat(file.size()).isEqualTo(9);
    }
  }

  @Test
  void aKilledProcessLosesNothingAndHoldsNoLock() {
    FaultyStorage disk = disk(3);
    disk.lock(temp);
    try (StorageFile file = disk.create(temp.resolve("a"))) {
      file.write(0, new byte[] {1}, 0, 1);
    }
    FaultyStorage after = disk.afterKill();
    assertThat(read(after, temp.resolve("a"))).containsExactly(1);
    after.lock(temp).close();
  }

  @Test
  void ofMappedWritesEachPageIsAsOneOfThemLeftItOrAsNone() {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 500; seed++) {
      FaultyStorage disk = disk(seed);
      try (StorageFile file = disk.create(temp.resolve("a"))) {
        file.reserve(3 * 4096);
        file.force();
        disk.forceDirectory(temp);
        file.write(4095, new byte[] {1, 1}, 0, 2);
        file.write(4097, new byte[] {1}, 0, 1);
      }
      int[] found = read(disk.afterRestart(), temp.resolve("a"));
      assertThat(found).hasSize(3 * 4096);
      seen.add("%d %d%d".formatted(found[4095], found[4096], found[4097]));
    }
    assertThat(seen).containsExactlyInAnyOrder("0 00", "0 10", "0 11", "1 00", "1 10", "1 11");
  }

  @Test
  void forcedMappedWritesAreThereAfterACut() {
    for (int seed = 0; seed < 100; seed++) {
      FaultyStorage disk = disk(seed);
      try (StorageFile file = disk.create(temp.resolve("a"))) {
        disk.forceDirectory(temp);
        file.reserve(3);
        file.write(0, new byte[] {1, 2}, 0, 2);
        file.force();
        file.write(1, new byte[] {3}, 0, 1);
      }
      assertThat(read(disk.afterRestart(), temp.resolve("a")))
          .satisfiesAnyOf(
              found -> assertThat(found).containsExactly(1, 2, 0),
              found -> assertThat(found).containsExactly(1, 3, 0));
    }
  }

  @Test
  void aFullOrBadDiskShowsWhenSpaceIsReservedAndNotInAWriteIntoIt() {
    FaultyStorage disk = disk(3);
    try (StorageFile file = disk.create(temp.resolve("a"))) {
      file.reserve(100);
      disk.full(true);
      assertThatThrownBy(() -> file.reserve(200)).isInstanceOf(DiskFullException.class);
      disk.failAt(disk.operationCount(), FaultyStorage.Fault.IO_ERROR);
      file.write(0, new byte[] {1}, 0, 1);
      assertThat(disk.operations()).endsWith(FaultyStorage.Operation.MAPPED_WRITE);
    }
  }
}
