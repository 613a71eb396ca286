/**
 * What the methods of streams and tables do to records: one processor each. They look at no setting
 * per record, and make no objects but the records they forward.
 *
 * <p>Operators of tables forward a {@link io.headwater.streams.operator.Change} for each update. A
 * table whose store coalesces updates forwards when the store flushes; else with each update. Old
 * values travel along only where an operator further down needs them.
 */
@NullMarked
package io.headwater.streams.operator;

import org.jspecify.annotations.NullMarked;
