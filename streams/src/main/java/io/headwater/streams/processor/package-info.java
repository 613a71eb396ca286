/**
 * The processor API: code that sees one record at a time, keeps state in stores, and forwards what
 * it likes to the nodes after it.
 *
 * <p>A {@link io.headwater.streams.processor.Processor} belongs to one task and is called by one
 * thread at a time, so it needs no locks; a {@link
 * io.headwater.streams.processor.ProcessorSupplier} makes a new one for each task.
 */
@NullMarked
package io.headwater.streams.processor;

import org.jspecify.annotations.NullMarked;
