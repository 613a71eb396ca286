package io.headwater.state;

/** Where the bytes of a key-value store live. */
public interface KeyValueBytesStoreSupplier extends StoreSupplier {}
