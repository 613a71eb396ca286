package io.headwater.streams.dsl;

import static io.headwater.streams.dsl.GraphNode.each;

import io.headwater.streams.kstream.Branched;
import io.headwater.streams.kstream.BranchedKStream;
import io.headwater.streams.kstream.KStream;
import io.headwater.streams.kstream.Named;
import io.headwater.streams.kstream.Predicate;
import io.headwater.streams.operator.Branch;
import io.headwater.streams.operator.PassThrough;
import io.headwater.streams.plan.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream of a plan that is being split. */
final class PlannedBranches<K, V> implements BranchedKStream<K, V> {
  private final PlannedStream<K, V> stream;
  private final Operation.Result result;
  private final String name;
  private final GraphNode node;
  private final List<Predicate<? super K, ? super V>> predicates = new ArrayList<>();
  private final List<String> children = new ArrayList<>();
  private final Map<String, KStream<K, V>> branches = new LinkedHashMap<>();

  PlannedBranches(PlannedStream<K, V> stream, @Nullable Named named) {
    this.stream = stream;
    result = stream.graph.record(stream.result, "split", named);
    name = stream.graph.nodeName(named, "KSTREAM-BRANCH-");
    node =
        new GraphNode(
            name,
            (builder, parents, nullKeysWanted) ->
                builder.addProcessor(
                    name, parents, each(() -> new Branch<K, V>(predicates, children))));
    stream.graph.add(stream.node, node);
  }

  @Override
  public BranchedKStream<K, V> branch(Predicate<? super K, ? super V> predicate) {
    return add(predicate, null);
  }

  @Override
  public BranchedKStream<K, V> branch(
      Predicate<? super K, ? super V> predicate, Branched<K, V> branched) {
    return add(predicate, branched);
  }

  private BranchedKStream<K, V> add(
      Predicate<? super K, ? super V> predicate, @Nullable Branched<K, V> branched) {
    stream.graph.record(result, "branch", predicate, branched == null ? null : branched.name());
    predicates.add(predicate);
    addChild(predicates.size(), branched);
    return this;
  }

  @Override
  public Map<String, KStream<K, V>> defaultBranch() {
    return addDefault(null);
  }

  @Override
  public Map<String, KStream<K, V>> defaultBranch(Branched<K, V> branched) {
    return addDefault(branched);
  }

  private Map<String, KStream<K, V>> addDefault(@Nullable Branched<K, V> branched) {
    stream.graph.record(result, "defaultBranch", branched == null ? null : branched.name());
    addChild(0, branched);
    return Collections.unmodifiableMap(branches);
  }

  @Override
  public Map<String, KStream<K, V>> noDefaultBranch() {
    stream.graph.record(result, "noDefaultBranch");
    return Collections.unmodifiableMap(branches);
  }

  private void addChild(int number, @Nullable Branched<K, V> branched) {
    String suffix = branched == null ? null : branched.name();
    String childName = name + (suffix == null ? Integer.toString(number) : suffix);
    children.add(childName);
    stream.graph.newName(childName);
    var child =
        new GraphNode(
            childName,
            (builder, parents, nullKeysWanted) ->
                builder.addProcessor(childName, parents, each(PassThrough<K, V>::new)));
    stream.graph.add(node, child);
    KStream<K, V> branch =
        new PlannedStream<>(
            stream.graph,
            new Operation.Result(result.operation(), childName),
            childName,
            stream.keySerde,
            stream.valueSerde,
            stream.sources,
            stream.repartitionRequired,
            child);
    if (branched != null && branched.chain() != null) {
      KStream<K, V> chained = branched.chain().apply(branch);
      if (chained != null) {
        branches.put(childName, chained);
      }
    } else if (branched != null && branched.consumer() != null) {
      branched.consumer().accept(branch);
    } else {
      branches.put(childName, branch);
    }
  }
}
