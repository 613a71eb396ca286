@NullMarked
package io.headwater.log.policy;

import org.jspecify.annotations.NullMarked;
