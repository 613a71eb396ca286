/**
 * Objects as JSON, by Jackson: {@link io.headwater.serde.json.JsonSerde}.
 *
 * <p>A value is one JSON document in UTF-8. Strict where a mistake would go unnoticed (numbers that
 * are none, text where a number belongs, half a document, more than one) and lenient where events
 * grow: properties that a class does not know are passed over.
 */
@NullMarked
package io.headwater.serde.json;

import org.jspecify.annotations.NullMarked;
