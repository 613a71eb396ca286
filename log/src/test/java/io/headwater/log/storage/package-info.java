/** Tests of the storages, by one contract for all of them. */
@NullMarked
package io.headwater.log.storage;

import org.jspecify.annotations.NullMarked;
