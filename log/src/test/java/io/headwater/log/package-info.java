/** Tests of the log. */
@NullMarked
package io.headwater.log;

import org.jspecify.annotations.NullMarked;
