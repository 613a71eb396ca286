package io.headwater.streams.operator;

import io.headwater.streams.kstream.KeyValueMapper;
import io.headwater.streams.kstream.ValueJoinerWithKey;
import io.headwater.streams.processor.ProcessorContext;
import io.headwater.streams.processor.Record;
import io.headwater.streams.processor.SkipReason;

/** Joins each record with a table's value. */
public final class StreamTableJoin<K, V, KT, VT, VR> extends ForwardingProcessor<K, V, K, VR> {
  private final TableReader.Source<KT, VT> table;
  private final KeyValueMapper<? super K, ? super V, ? extends KT> keySelector;
  private final ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner;
  private final boolean left;

  @SuppressWarnings("NullAway.Init") // set by init, before any record
  private TableReader<KT, VT> reader;

  /**
   * A join with that table.
   *
   * @param left whether a record for which the table has no value is joined with null
   */
  public StreamTableJoin(
      TableReader.Source<KT, VT> table,
      KeyValueMapper<? super K, ? super V, ? extends KT> keySelector,
      ValueJoinerWithKey<? super K, ? super V, ? super VT, ? extends VR> joiner,
      boolean left) {
    this.table = table;
    this.keySelector = keySelector;
    this.joiner = joiner;
    this.left = left;
  }

  @Override
  public void init(ProcessorContext<K, VR> context) {
    super.init(context);
    reader = table.open(context);
  }

  @Override
  public void process(Record<K, V> record) {
    V value = record.value();
    KT tableKey = keySelector.apply(record.key(), value);
    if (value == null || (tableKey == null && !left)) {
      context.countSkipped(value == null ? SkipReason.NULL_VALUE : SkipReason.NULL_KEY);
      return;
    }
    VT tableValue = tableKey == null ? null : reader.get(tableKey);
    if (left || tableValue != null) {
      VR joined = joiner.apply(record.key(), value, Nulls.pass(tableValue));
      context.forward(record.withValue(joined));
    }
  }
}
