package io.headwater.streams.operator;

import org.jspecify.annotations.Nullable;

/**
 * An update of a table's key.
 *
 * @param newValue null if the key is deleted
 * @param oldValue null if the key had none, or if nobody has asked for old values
 */
public record Change<V>(@Nullable V newValue, @Nullable V oldValue) {}
