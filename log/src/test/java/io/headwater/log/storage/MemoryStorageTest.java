package io.headwater.log.storage;

class MemoryStorageTest extends StorageContract {
  @Override
  Storage open() {
    return Storage.memory();
  }
}
