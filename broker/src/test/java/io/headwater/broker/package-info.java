/** Tests of the broker. */
@NullMarked
package io.headwater.broker;

import org.jspecify.annotations.NullMarked;
