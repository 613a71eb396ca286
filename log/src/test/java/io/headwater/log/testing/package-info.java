/**
 * What tests of this module and those above it need: storage that fails, time that stands still.
 */
@NullMarked
package io.headwater.log.testing;

import org.jspecify.annotations.NullMarked;
