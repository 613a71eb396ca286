package io.headwater.cli;

import io.headwater.log.DeleteFailedException;
import io.headwater.log.Deleted;
import io.headwater.log.Log;
import io.headwater.log.OffsetSet;
import io.headwater.log.policy.Policy;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes messages of a log, or only finds which would go, and says what was done. */
final class Deletion {
  @Mixin private LogDirectory directory = new LogDirectory();

  @Option(names = "--dry-run", description = "Only say which messages would go; changes nothing.")
  private boolean dryRun;

  @Option(
      names = "--json",
      description = "Print one JSON object: dryRun, messages, offsets (as 3,5-9), bytesFreed.")
  private boolean json;

  Deletion() {}

  /** Deletes what the policies find, each after the one before it has deleted. */
  void run(Console console, List<Policy> policies) {
    directory.requireOurOwn();
    if (dryRun) {
      try (Log log = directory.openView(console, true, false)) {
        OffsetSet found = OffsetSet.EMPTY;
        for (Policy policy : policies) {
          found = found.plus(policy.find(log));
        }
        report(console, new Deleted(present(console, log, found), 0));
      }
      return;
    }
    Deleted deleted = Deleted.NOTHING;
    try (Log log = directory.open(console)) {
      for (Policy policy : policies) {
        deleted = deleted.plus(policy.apply(log));
      }
    } catch (DeleteFailedException e) {
      report(console, deleted.plus(e.deleted()));
      throw e;
    }
    report(console, deleted);
  }

  /** Those of the offsets that have a message. */
  private static OffsetSet present(Console console, Log log, OffsetSet offsets) {
    OffsetSet inside = offsets.within(log.range());
    OffsetSet.Builder present = OffsetSet.builder();
    if (!inside.isEmpty()) {
      var walk = new LogWalk(console, log, inside.first());
      while (walk.next() && walk.message().offset() <= inside.last()) {
        if (inside.contains(walk.message().offset())) {
          present.add(walk.message().offset());
        }
      }
    }
    return present.build();
  }

  private void report(Console console, Deleted deleted) {
    OffsetSet offsets = deleted.offsets();
    if (json) {
      new JsonLines(console.out())
          .object(
              object -> {
                object.writeBooleanField("dryRun", dryRun);
                object.writeNumberField("messages", offsets.count());
                object.writeStringField("offsets", Offsets.text(offsets));
                object.writeNumberField("bytesFreed", deleted.bytesFreed());
              });
      return;
    }
    String which = offsets.isEmpty() ? "" : ": " + Offsets.shortened(offsets);
    String messages =
        String.format(
            Locale.ROOT, "%,d message%s", offsets.count(), offsets.count() == 1 ? "" : "s");
    console
        .out()
        .println(
            dryRun
                ? "would delete " + messages + which
                : String.format(
                    Locale.ROOT,
                    "deleted %s, %,d bytes freed%s",
                    messages,
                    deleted.bytesFreed(),
                    which));
  }
}
