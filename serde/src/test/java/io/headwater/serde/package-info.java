/** Round trips by seed, comparison with Kafka's own serdes, and the texts of errors. */
@NullMarked
package io.headwater.serde;

import org.jspecify.annotations.NullMarked;
