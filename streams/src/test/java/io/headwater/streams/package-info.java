/** Tests of how programs are described. */
@NullMarked
package io.headwater.streams;

import org.jspecify.annotations.NullMarked;
