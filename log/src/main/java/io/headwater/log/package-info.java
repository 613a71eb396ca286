/**
 * A durable log in a folder. {@link io.headwater.log.Log} is for programs: messages go in and come
 * out. {@link io.headwater.log.BatchLog} below it is one partition as batches of records, for those
 * who handle batches themselves, as the broker does.
 *
 * <p>A log is a folder of segments, each a file of record batches with two indexes; {@link
 * io.headwater.log.record} specifies the batches and {@link io.headwater.log.segment} the files.
 * The batches are the truth, all else can be made again from them.
 */
@NullMarked
package io.headwater.log;

import org.jspecify.annotations.NullMarked;
