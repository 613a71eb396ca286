/** Tests of transactions in a log. */
@NullMarked
package io.headwater.log.transaction;

import org.jspecify.annotations.NullMarked;
