package io.headwater.log.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.storage.CorruptLogException;
import io.headwater.log.testing.Seeds;
import io.headwater.serde.Headers;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.xerial.snappy.Snappy;

/** What compression does beside the bytes, which {@link RecordBatchFormatTest} compares. */
class CompressionTest {
  private static final Pattern CLASS_PATH = Pattern.compile(Pattern.quote(File.pathSeparator));
  private static final String LIBRARIES = "snappy|lz4|zstd";

  /** A batch with the records of another one in a form that is given. */
  private static byte[] batchOf(Compression compression, int count, byte[] compressed) {
    byte[] batch = new byte[RecordBatch.HEADER_BYTES + compressed.length];
    Bytes.putInt(batch, RecordBatch.LENGTH, batch.length - RecordBatch.SIZED_BYTES);
    batch[RecordBatch.MAGIC] = 2;
    Bytes.putShort(batch, RecordBatch.ATTRIBUTES, (short) compression.code);
    Bytes.putInt(batch, RecordBatch.LAST_OFFSET_DELTA, count - 1);
    Bytes.putLong(batch, RecordBatch.PRODUCER_ID, -1);
    Bytes.putInt(batch, RecordBatch.COUNT, count);
    System.arraycopy(compressed, 0, batch, RecordBatch.HEADER_BYTES, compressed.length);
    return withChecksum(batch);
  }

  /** So that damage comes to the code that decompresses, as from a writer that is wrong. */
  private static byte[] withChecksum(byte[] batch) {
    var crc = new CRC32C();
    crc.update(batch, RecordBatch.ATTRIBUTES, batch.length - RecordBatch.ATTRIBUTES);
    Bytes.putInt(batch, RecordBatch.CRC, (int) crc.getValue());
    return batch;
  }

  private static BatchBuilder builderOf(Random random, int count) {
    var builder = new BatchBuilder();
    for (int i = 0; i < count; i++) {
      byte[] value = "%d and ".formatted(random.nextInt(50)).repeat(9).getBytes(UTF_8);
      builder.append(0, random.nextBoolean() ? null : value, value, Headers.EMPTY);
    }
    return builder;
  }

  private static byte[] finished(BatchBuilder builder, Compression compression) {
    builder.compress(compression);
    builder.finish(0, TimestampType.CREATE_TIME, 0);
    return Arrays.copyOf(builder.array(), builder.sizeInBytes());
  }

  private static byte[] recordsOf(byte[] batch) {
    return Arrays.copyOfRange(batch, RecordBatch.HEADER_BYTES, batch.length);
  }

  private static List<String> read(RecordReader reader, byte[] batches) {
    var found = new ArrayList<String>();
    reader.reset(batches, 0, batches.length);
    while (reader.nextBatch()) {
      while (reader.nextRecord()) {
        found.add(
            BatchPair.text(
                reader.offset(),
                reader.timestampMs(),
                reader.key(),
                reader.value(),
                reader.headers()));
      }
    }
    return found;
  }

  @ParameterizedTest
  @EnumSource
  void batchesOfAllKindsAreReadOneAfterTheOther(Compression first) {
    var reader = new RecordReader();
    for (Compression second : Compression.values()) {
      byte[] one = finished(builderOf(new Random(1), 40), first);
      byte[] other = finished(builderOf(new Random(2), 60), second);
      byte[] both = Arrays.copyOf(one, one.length + other.length);
      System.arraycopy(other, 0, both, one.length, other.length);
      var expected =
          new ArrayList<>(read(reader, finished(builderOf(new Random(1), 40), Compression.NONE)));
      expected.addAll(read(reader, finished(builderOf(new Random(2), 60), Compression.NONE)));
      assertThat(read(reader, both)).isEqualTo(expected).hasSize(100);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aRecordOfACompressedBatchHasNoPositionInTheFile(Compression compression) {
    BatchBuilder builder = builderOf(new Random(3), 2);
    assertThat(builder.recordPosition(0)).isEqualTo(RecordBatch.HEADER_BYTES);
    byte[] batch = finished(builder, compression);
    assertThatThrownBy(() -> builder.recordPosition(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("compressed with " + compression);
    var reader = new RecordReader();
    reader.reset(batch, 0, batch.length);
    assertThat(reader.nextBatch() && reader.nextRecord() && reader.nextRecord()).isTrue();
    assertThat(reader.segmentPosition()).isEqualTo(-1);
    byte[] value = reader.value();
    assertThat(
            Arrays.copyOfRange(
                reader.array(),
                reader.valuePosition(),
                reader.valuePosition() + reader.valueSize()))
        .isEqualTo(value);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aRecordMayBeAddedAfterABatchWasCompressed(Compression compression) {
    BatchBuilder builder = builderOf(new Random(4), 30);
    int size = builder.sizeInBytes();
    assertThat(finished(builder, compression)).hasSizeLessThan(size / 2);
    builder.append(0, null, null, Headers.EMPTY);
    assertThat(builder.sizeInBytes()).isGreaterThan(size);
    BatchBuilder fresh = builderOf(new Random(4), 30).append(0, null, null, Headers.EMPTY);
    assertThat(finished(builder, compression)).isEqualTo(finished(fresh, compression));
    builder.reset();
    builder.append(0, null, null, Headers.EMPTY);
    var plain = new BatchBuilder().append(0, null, null, Headers.EMPTY);
    assertThat(finished(builder, Compression.NONE)).isEqualTo(finished(plain, Compression.NONE));
  }

  @ParameterizedTest
  @EnumSource
  void theEndOfATransactionIsNeverCompressed(Compression compression) {
    BatchBuilder marker = BatchBuilder.endOfTransaction(ControlType.ABORT, 1, 2, (short) 3, 4);
    var view = new RecordBatch().at(finished(marker, compression), 0);
    assertThat(view.compression()).isEqualTo(Compression.NONE);
    assertThat(view.controlType()).isEqualTo(ControlType.ABORT);
  }

  /** A checksum over them fits, so it is the codec that has to notice, or the records' format. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void truncatedRecordsAreDamage(Compression compression) {
    byte[] records = recordsOf(finished(builderOf(new Random(5), 100), compression));
    List<String> whole =
        read(new RecordReader(), finished(builderOf(new Random(5), 100), Compression.NONE));
    var reader = new RecordReader();
    int noticed = 0;
    for (int length = 0; length < records.length; length++) {
      byte[] batch = batchOf(compression, 100, Arrays.copyOf(records, length));
      try {
        // What ends a frame may be missing, but no record.
        assertThat(read(reader, batch)).as("cut at %d", length).isEqualTo(whole);
      } catch (CorruptLogException e) {
        noticed++;
        assertThat(e).hasMessageContaining("record batches in memory at byte 0");
      }
    }
    assertThat(noticed).isGreaterThanOrEqualTo(records.length - 12);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void damagedRecordsAreDamageOrOtherRecordsAndNothingElse(Compression compression) {
    long seed = Seeds.next();
    var random = new Random(seed);
    byte[] records = recordsOf(finished(builderOf(random, 100), compression));
    var reader = new RecordReader(1 << 20);
    int noticed = 0;
    int rounds = Seeds.full() ? 200_000 : 3_000;
    for (int round = 0; round < rounds; round++) {
      byte[] bad = records.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        int at = random.nextInt(random.nextInt(4) == 0 ? 20 : bad.length);
        bad[at] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        read(reader, batchOf(compression, 100, bad));
      } catch (CorruptLogException e) {
        noticed++;
      }
    }
    assertThat(noticed).as("seed %d", seed).isGreaterThan(rounds / 10);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void moreRecordsThanTheLimitAreDamage(Compression compression) {
    BatchBuilder builder =
        new BatchBuilder().append(0, null, new byte[(1 << 20) - 10], Headers.EMPTY);
    int records = builder.sizeInBytes() - RecordBatch.HEADER_BYTES;
    byte[] batch = finished(builder, compression);
    assertThat(read(new RecordReader(records), batch)).hasSize(1);
    assertThatThrownBy(() -> read(new RecordReader(records - 1), batch))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("cannot be decompressed with " + compression)
        .hasMessageContaining("more than %d bytes, the limit", records - 1);
  }

  /** 256 MiB of zeros in 256 KiB: a reader must not try to hold them. */
  @Test
  void aBatchThatGrowsWithoutEndIsDamageAndNotOutOfMemory() throws IOException {
    var bomb = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 256; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    byte[] batch = batchOf(Compression.GZIP, 1, bomb.toByteArray());
    assertThatThrownBy(() -> read(new RecordReader(), batch))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("more than 134217728 bytes, the limit");
  }

  @Test
  void sizesThatAreClaimedButCannotBeAreDamage() {
    byte[] snappy = {-1, -1, -1, -1, 7, 0, 1, 2};
    byte[] zstd = {
      0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, (byte) 0xE0, -1, -1, -1, -1, -1, -1, -1, 0x7F, 1, 0, 0
    };
    for (byte[] batch :
        List.of(batchOf(Compression.SNAPPY, 1, snappy), batchOf(Compression.ZSTD, 1, zstd))) {
      assertThatThrownBy(() -> read(new RecordReader(), batch))
          .isInstanceOf(CorruptLogException.class);
    }
  }

  @Test
  void aCompressionCodeThatIsNoneIsDamage() {
    byte[] batch = finished(builderOf(new Random(6), 1), Compression.NONE);
    batch[RecordBatch.ATTRIBUTES + 1] = 6;
    assertThatThrownBy(() -> read(new RecordReader(), withChecksum(batch)))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("compression code 6");
  }

  @Test
  void snappyWithoutAFrameIsReadAsOtherClientsWriteIt() throws IOException {
    byte[] plain = finished(builderOf(new Random(7), 30), Compression.NONE);
    byte[] batch = batchOf(Compression.SNAPPY, 30, Snappy.compress(recordsOf(plain)));
    assertThat(read(new RecordReader(), batch)).isEqualTo(read(new RecordReader(), plain));
  }

  @Test
  void lz4FramesWithMoreInTheirHeaderAreRead() throws IOException {
    byte[] plain = finished(builderOf(new Random(8), 3_000), Compression.NONE);
    byte[] records = recordsOf(plain);
    List<String> expected = read(new RecordReader(), plain);
    for (BLOCKSIZE size : BLOCKSIZE.values()) {
      for (FLG.Bits[] bits :
          List.of(
              new FLG.Bits[] {FLG.Bits.BLOCK_INDEPENDENCE},
              new FLG.Bits[] {FLG.Bits.BLOCK_INDEPENDENCE, FLG.Bits.BLOCK_CHECKSUM},
              new FLG.Bits[] {FLG.Bits.BLOCK_INDEPENDENCE, FLG.Bits.CONTENT_CHECKSUM},
              new FLG.Bits[] {
                FLG.Bits.BLOCK_INDEPENDENCE, FLG.Bits.CONTENT_SIZE, FLG.Bits.BLOCK_CHECKSUM
              })) {
        var frame = new ByteArrayOutputStream();
        try (var lz4 = new LZ4FrameOutputStream(frame, size, records.length, bits)) {
          lz4.write(records);
        }
        byte[] batch = batchOf(Compression.LZ4, 3_000, frame.toByteArray());
        assertThat(read(new RecordReader(), batch)).as("%s %s", size, bits).isEqualTo(expected);
      }
    }
  }

  /** Run in a class loader of its own, so it names nothing of the test's. */
  static final class WritesAndReads implements Callable<String> {
    @Override
    public String call() {
      var found = new StringBuilder();
      for (Compression compression : Compression.values()) {
        try {
          var builder = new BatchBuilder().append(0, null, new byte[9], Headers.EMPTY);
          builder.compress(compression);
          builder.finish(0, TimestampType.CREATE_TIME, 0);
          var reader = new RecordReader();
          reader.reset(builder.array(), 0, builder.sizeInBytes());
          boolean read = reader.nextBatch() && reader.nextRecord();
          found.append(compression).append(read ? " works\n" : " does not\n");
        } catch (io.headwater.log.storage.LogException e) {
          found.append(e.getMessage()).append('\n');
        }
      }
      return found.toString();
    }
  }

  private static String inALoaderWithout(String jars)
      throws IOException, ReflectiveOperationException {
    var urls = new ArrayList<URL>();
    for (String path : CLASS_PATH.split(System.getProperty("java.class.path"), -1)) {
      if (!new File(path).getName().matches("(" + jars + ").*\\.jar")) {
        urls.add(url(path));
      }
    }
    try (var loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      var constructor = loader.loadClass(WritesAndReads.class.getName()).getDeclaredConstructor();
      constructor.setAccessible(true);
      return ((Callable<?>) constructor.newInstance()).call().toString();
    } catch (InvocationTargetException e) {
      throw e;
    } catch (IOException | ReflectiveOperationException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static URL url(String path) throws MalformedURLException {
    return new File(path).toURI().toURL();
  }

  @Test
  void aMissingLibraryIsNamedAndTheRestWorks() throws Exception {
    assertThat(inALoaderWithout(LIBRARIES).lines())
        .containsExactly(
            "NONE works",
            "GZIP works",
            "compression with SNAPPY needs a library that is missing: add org.xerial.snappy:snappy-java to the class path",
            "compression with LZ4 needs a library that is missing: add at.yawk.lz4:lz4-java to the class path",
            "compression with ZSTD needs a library that is missing: add com.github.luben:zstd-jni to the class path");
    assertThat(inALoaderWithout("none of them").lines()).allMatch(line -> line.endsWith("works"));
  }
}
