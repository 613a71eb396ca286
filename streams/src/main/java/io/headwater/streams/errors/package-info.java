/** What goes wrong in a streams application, and when its topology is put together. */
@NullMarked
package io.headwater.streams.errors;

import org.jspecify.annotations.NullMarked;
