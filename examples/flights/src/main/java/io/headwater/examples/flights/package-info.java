/**
 * Twenty thousand flights through a log and a topology into tables.
 *
 * <p>{@link io.headwater.examples.flights.FlightData} has the input, the records say what flows,
 * and their serdes how that is written: JSON, so that any tool can read the topics.
 */
@NullMarked
package io.headwater.examples.flights;

import org.jspecify.annotations.NullMarked;
