/**
 * Topics, partitions, offsets of groups, and transactions over all of them, in a folder of this
 * process. {@link io.headwater.broker.Broker} writes a folder, {@link
 * io.headwater.broker.BrokerView} reads one, also beside a process that writes it.
 *
 * <p>The folder, format version 1. What Kafka has too has Kafka's bytes.
 *
 * <pre>
 * meta.properties      headwater.format.version=1; a folder with a newer one is refused
 * topics               which topics there are, as text; see TopicRegistry
 * .lock                held by the process that writes, and names it
 * TOPIC-N/             one partition: its segments, see io.headwater.log, and
 *   OFFSET.snapshot      producers as the batches below that offset leave them (Kafka's)
 *   BASE.txnindex        aborted transactions whose marker is in that segment (Kafka's)
 *   OFFSET.compacted     internal topics only: one batch of the records that say the same as all
 *                        records below that offset
 * __consumer_offsets-0/   what groups have committed (Kafka's records)
 * __transaction_state-0/  which transactions are committed, and in which order
 * </pre>
 *
 * <p>All but the first two lines and the segments follows from the segments: it is made anew when
 * missing or bad.
 *
 * <p>The records of {@code __transaction_state}; integers are big-endian, {@code partition} is a
 * topic's number, i64, and the partition, i32. The last record of each key counts, but the place of
 * a commit among the others is where its record is.
 *
 * <pre>
 * key                       value, which begins with version:u8 = 1
 * 0:u8 transactionalId      state:u8 producerId:i64 producerEpoch:i16, and by state
 *                             0 held: a producer took the id, earlier ones are fenced
 *                             1 committed:
 *                               count:i32 (partition from:i64 to:i64)*  where its records are
 *                               count:i32 (partition to:i64)*           how far it had read
 * 1:u8                      below:i64 producerIdNext:i64
 *                             commits whose record is below are complete and forced
 * 2:u8 partition            below:i64
 *                             commit markers below that offset are those of such commits
 * 3:u8 from:i64             to:i64
 *                             commits whose record lies in [from, to) are taken back
 * </pre>
 *
 * <p>The order in which a commit gets to disk is with {@code Transactions}, what a crash leaves and
 * how it is put right with {@code TransactionRecovery}, and how a reader beside a writer tells what
 * is committed with {@link io.headwater.broker.ReadOnlyBroker}.
 */
@NullMarked
package io.headwater.broker;

import org.jspecify.annotations.NullMarked;
