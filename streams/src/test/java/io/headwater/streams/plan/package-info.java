/** Tests of plans. */
@NullMarked
package io.headwater.streams.plan;

import org.jspecify.annotations.NullMarked;
