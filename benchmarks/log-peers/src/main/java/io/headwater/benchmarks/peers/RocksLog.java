package io.headwater.benchmarks.peers;

import io.headwater.benchmarks.log.LogCase;
import io.headwater.benchmarks.log.Messages;
import io.headwater.benchmarks.log.TestedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB as a log: under an offset, a key of {@link Messages#KEY_BYTES} and a value. */
final class RocksLog implements TestedLog {
  private final Options options = new Options().setCreateIfMissing(true);
  private final WriteOptions writeOptions;
  private final RocksDB db;

  RocksLog(Path folder, LogCase of) throws IOException {
    writeOptions = new WriteOptions().setSync(of.sync());
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
        byte[] offset = ByteBuffer.allocate(Long.BYTES).putLong(n).array();
        byte[] key = messages.key(n);
        byte[] value = messages.value(n);
        byte[] message = ByteBuffer.allocate(key.length + value.length).put(key).put(value).array();
        batch.put(offset, message);
      }
      db.write(writeOptions, batch);
    } catch (RocksDBException failure) {
      throw new IOException(failure);
    }
  }

  @Override
  public void readAll(Reader reader) throws IOException {
    try (RocksIterator messages = db.newIterator()) {
      for (messages.seekToFirst(); messages.isValid(); messages.next()) {
        byte[] message = messages.value();
        int valueSize = message.length - Messages.KEY_BYTES;
        reader.accept(message, 0, Messages.KEY_BYTES, message, Messages.KEY_BYTES, valueSize);
      }
      messages.status();
    } catch (RocksDBException failure) {
      throw new IOException(failure);
    }
  }

  @Override
  public void close() {
    db.close();
    writeOptions.close();
    options.close();
  }
}
