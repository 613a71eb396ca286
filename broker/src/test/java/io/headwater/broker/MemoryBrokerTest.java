package io.headwater.broker;

import io.headwater.log.storage.Storage;
import java.nio.file.Path;

class MemoryBrokerTest extends BrokerContract {
  private final Storage storage = Storage.memory();

  @Override
  Storage storage() {
    return storage;
  }

  @Override
  Path folder() {
    return Path.of("data");
  }
}
