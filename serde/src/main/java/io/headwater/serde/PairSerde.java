package io.headwater.serde;

/** A serde made of its parts. */
record PairSerde<T>(
    String name, Serializer<T> serializer, Deserializer<T> deserializer, boolean immutable)
    implements Serde<T> {
  @Override
  public String toString() {
    return name;
  }
}
