package io.headwater.benchmarks.peers;

import io.headwater.benchmarks.log.LogCase;
import io.headwater.benchmarks.log.Messages;
import io.headwater.benchmarks.log.TestedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB as what it is: under a key, the last value. */
final class RocksTable implements TestedLog {
  private final Options options = new Options().setCreateIfMissing(true);
  private final WriteOptions writeOptions = new WriteOptions();
  private final RocksDB db;

  RocksTable(Path folder, LogCase of) throws IOException {
    try {
      db = RocksDB.open(options, folder.toString());
    } catch (RocksDBException failure) {
      throw new IOException(failure);
    }
  }

  @Override
  public void publish(Messages messages, long from, int count) throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      for (long n = from; n < from + count; n++) {
        batch.put(messages.key(n), messages.value(n));
      }
      db.write(writeOptions, batch);
    } catch (RocksDBException failure) {
      throw new IOException(failure);
    }
  }

  @Override
  public void getByKey(byte[] key, Reader reader) throws IOException {
    try {
      accept(key, db.get(key), reader);
    } catch (RocksDBException failure) {
      throw new IOException(failure);
    }
  }

  @Override
  public void getByKeys(List<byte[]> keys, Reader reader) throws IOException {
    try {
      List<byte[]> values = db.multiGetAsList(keys);
      for (int n = 0; n < keys.size(); n++) {
        accept(keys.get(n), values.get(n), reader);
      }
    } catch (RocksDBException failure) {
      throw new IOException(failure);
    }
  }

  private static void accept(byte[] key, byte @Nullable [] value, Reader reader) {
    if (value == null) {
      reader.absent();
    } else {
      reader.accept(key, 0, key.length, value, 0, value.length);
    }
  }

  @Override
  public void close() {
    db.close();
    writeOptions.close();
    options.close();
  }
}
