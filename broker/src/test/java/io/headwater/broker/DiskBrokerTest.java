package io.headwater.broker;

import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DiskBrokerTest extends BrokerContract {
  @TempDir Path temp = Path.of("unset");

  @Override
  Storage storage() {
    return Storage.disk();
  }

  @Override
  Path folder() {
    return temp.resolve("data");
  }
}
