/** Tests of the options and serdes of the streams DSL. */
@NullMarked
package io.headwater.streams.kstream;

import org.jspecify.annotations.NullMarked;
