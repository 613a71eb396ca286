/** One partition on disk. */
@NullMarked
package io.headwater.log;

import org.jspecify.annotations.NullMarked;
