package io.headwater.streams.processor;

/** What a {@link Processor} can ask of its task, and where it hands on its results. */
public interface ProcessorContext<KForward, VForward> extends ProcessingContext {
  /** Hands the record to every child, one after the other; returns when all have processed it. */
  <K extends KForward, V extends VForward> void forward(Record<K, V> record);

  /**
   * Hands the record to one child.
   *
   * @throws io.headwater.streams.errors.StreamsException if there is no child of that name
   */
  <K extends KForward, V extends VForward> void forward(Record<K, V> record, String childName);
}
