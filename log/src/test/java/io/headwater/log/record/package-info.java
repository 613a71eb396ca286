/** Tests of the batch format against Kafka's own. */
@NullMarked
package io.headwater.log.record;

import org.jspecify.annotations.NullMarked;
