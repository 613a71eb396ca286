@NullMarked
package io.headwater.log.key;

import org.jspecify.annotations.NullMarked;
