/**
 * What may go from a log, and when: {@link io.headwater.log.policy.Trim} takes the oldest messages,
 * {@link io.headwater.log.policy.Compact} those that a later message of the same key replaces, and
 * {@link io.headwater.log.policy.Retention} whole segments, by Kafka's rules.
 *
 * <p>Each is a function over the public API of {@link io.headwater.log.Log}: it finds offsets,
 * which the log then deletes. A policy of your own does the same. The log may be written, read and
 * deleted from meanwhile; a policy looks at what was there when it was asked.
 */
@NullMarked
package io.headwater.log.policy;

import org.jspecify.annotations.NullMarked;
