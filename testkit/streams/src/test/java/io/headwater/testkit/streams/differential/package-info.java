/**
 * The same programs, on the same random input, in our test driver and in Kafka Streams'. Each
 * record that one of them writes has to be the other's, byte for byte.
 */
@NullMarked
package io.headwater.testkit.streams.differential;

import org.jspecify.annotations.NullMarked;
