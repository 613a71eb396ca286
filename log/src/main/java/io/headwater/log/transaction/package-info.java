/**
 * Transactions as a log's batches tell of them: which were aborted, and which are open.
 *
 * <p>A transaction is a producer's transactional batches up to its marker, the control batch that
 * commits or aborts them. A read-committed reader leaves out the aborted ones, and reads up to the
 * last stable offset, where the oldest one begins that has no marker yet. All of it follows from
 * the batches' headers. Kafka keeps the aborted ones in a file beside each segment too:
 *
 * <pre>
 * 00000000000000000042.txnindex   those whose marker is in the segment, by the marker's offset
 *
 * file  = entry*
 * entry = version:i16 = 0
 *         producerId:i64
 *         firstOffset:i64         of the transaction
 *         lastOffset:i64          of the marker
 *         lastStableOffset:i64    of the log once the marker was there
 * </pre>
 */
@NullMarked
package io.headwater.log.transaction;

import org.jspecify.annotations.NullMarked;
