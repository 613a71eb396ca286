/** Tests of what streams and tables do to records. */
@NullMarked
package io.headwater.streams.operator;

import org.jspecify.annotations.NullMarked;
