package io.headwater.streams.plan;

import io.headwater.state.StoreBuilder;
import java.util.Set;

/**
 * A store that each task of a sub-topology has one of.
 *
 * @param processors the names of the nodes that may use it
 */
public record StorePlan(StoreBuilder<?> builder, Set<String> processors) {
  public StorePlan {
    processors = Set.copyOf(processors);
  }

  public String name() {
    return builder.name();
  }

  /** The topic its changes are written to, if {@link StoreBuilder#loggingEnabled}. */
  public String changelogTopic(String applicationId) {
    return applicationId + "-" + name() + "-changelog";
  }
}
