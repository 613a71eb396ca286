/** Folders of logs that Kafka's own classes write and read. */
@NullMarked
package io.headwater.log.kafka;

import org.jspecify.annotations.NullMarked;
