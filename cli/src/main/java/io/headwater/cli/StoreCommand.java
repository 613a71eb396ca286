package io.headwater.cli;

import io.headwater.broker.BrokerView;
import io.headwater.cli.StoreView.Bounds;
import io.headwater.cli.StoreView.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The stores of an application, whether or not it runs. */
@Command(
    name = "store",
    description = "Look into the stores of an application, whether or not it runs.",
    synopsisSubcommandLabel = "COMMAND")
final class StoreCommand extends CommandGroup {
  StoreCommand(Console console) {
    super(new ListStores(console), new GetEntry(console), new RangeEntries(console));
  }

  @Command(name = "list", description = "List the stores of a data folder.", sortOptions = false)
  static final class ListStores implements Runnable {
    private final Console console;
    @Mixin private DataFolder data = new DataFolder();

    @Option(names = "--app", paramLabel = "ID", description = "Only those of this application.")
    private @Nullable String application;

    @Option(names = "--json", description = "Print one JSON object a store.")
    private boolean json;

    ListStores(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      List<StoreInfo> stores = StoreInfo.all(data.existing(), application);
      if (json) {
        var lines = new JsonLines(console.out());
        stores.forEach(store -> print(store, lines));
        return;
      }
      var table =
          new Table()
              .text("STORE")
              .text("APP")
              .text("KIND")
              .text("KEY")
              .text("VALUE")
              .text("CHANGELOG");
      for (StoreInfo store : stores) {
        String changelog = store.changelog();
        table.row(
            store.name(),
            store.application(),
            store.kind(),
            store.keySerde(),
            store.valueSerde(),
            changelog == null ? "none" : changelog);
      }
      table.print(console.out());
    }

    private static void print(StoreInfo store, JsonLines lines) {
      lines.object(
          object -> {
            object.writeStringField("store", store.name());
            object.writeStringField("app", store.application());
            object.writeStringField("kind", store.kind());
            object.writeStringField("keySerde", store.keySerde());
            object.writeStringField("valueSerde", store.valueSerde());
            object.writeStringField("changelog", store.changelog());
            if (store.isWindowed()) {
              object.writeNumberField("windowMs", store.windowMs());
              object.writeNumberField("retentionMs", store.retentionMs());
            }
          });
    }
  }

  /** What the queries share: which store, and how an entry is printed. */
  static final class Query {
    @Mixin private DataFolder data = new DataFolder();

    @Parameters(index = "0", paramLabel = "STORE", description = "The store.")
    private String store = "";

    @Option(
        names = "--app",
        paramLabel = "ID",
        description = "The application, if several have a store of that name.")
    private @Nullable String application;

    @Option(
        names = "--json",
        description =
            "Print one JSON object an entry: key, value, and in a window store between them window with "
                + "start and end, in milliseconds since 1970.")
    private boolean json;

    @Mixin private FormatOptions formats = new FormatOptions();

    Query() {}

    /** Says which part of a store is asked for. */
    @FunctionalInterface
    interface Part {
      Bounds bounds(StoreInfo store, String changelog, ByteFormat key);
    }

    /** Prints that part of the store, and says how many entries it has. */
    int print(Console console, Part part) {
      StoreInfo info = StoreInfo.find(data.existing(), store, application);
      ByteFormat key = formats.key(info.keySerde());
      ByteFormat value = formats.value(info.valueSerde());
      List<Entry> entries;
      String changelog;
      try (BrokerView broker = data.openReadOnly()) {
        var view = new StoreView(broker, info);
        changelog = view.changelog();
        entries = view.entries(part.bounds(info, changelog, key));
      }
      var lines = new JsonLines(console.out());
      for (Entry entry : entries) {
        if (json) {
          lines.object(
              object -> {
                object.writeFieldName("key");
                key.write(changelog, entry.key(), object);
                if (info.isWindowed()) {
                  object.writeObjectFieldStart("window");
                  object.writeNumberField("start", entry.startMs());
                  object.writeNumberField("end", entry.startMs() + info.windowMs());
                  object.writeEndObject();
                }
                object.writeFieldName("value");
                value.write(changelog, entry.value(), object);
              });
        } else {
          console
              .out()
              .printf(
                  "%s  %s%s%n",
                  key.text(changelog, entry.key()),
                  info.isWindowed() ? Records.time(entry.startMs()) + "  " : "",
                  value.text(changelog, entry.value()));
        }
      }
      return entries.size();
    }

    String store() {
      return store;
    }
  }

  /** The options that choose windows. */
  static final class Windows {
    @Option(
        names = "--from-time",
        paramLabel = "TIME",
        description = "In a window store, only windows that start then or later (ISO-8601, UTC).")
    private @Nullable String from;

    @Option(
        names = "--to-time",
        paramLabel = "TIME",
        description = "In a window store, only windows that start then or earlier.")
    private @Nullable String to;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    Windows() {}

    Bounds bounds(StoreInfo store, byte @Nullable [] fromKey, byte @Nullable [] toKey) {
      if ((from != null || to != null) && !store.isWindowed()) {
        throw new ParameterException(
            spec.commandLine(), "store " + store.name() + " has no windows to choose by time");
      }
      return new Bounds(
          fromKey,
          toKey,
          from == null ? Long.MIN_VALUE : parse(from),
          to == null ? Long.MAX_VALUE : parse(to));
    }

    private long parse(String time) {
      try {
        return TimestampFormat.ISO.parseMs(time);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
      }
    }
  }

  @Command(
      name = "get",
      description = "Print the value of a key, or in a window store those of all its windows.",
      sortOptions = false)
  static final class GetEntry implements Runnable {
    private final Console console;
    @Mixin private Query query = new Query();

    @Parameters(
        index = "1",
        paramLabel = "KEY",
        description = "The key, spelled as its serde shows it; base64:… for bytes.")
    private String key = "";

    @Mixin private Windows windows = new Windows();

    GetEntry(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      int found =
          query.print(
              console,
              (store, changelog, format) -> {
                byte[] bytes = format.bytes(changelog, key);
                return windows.bounds(store, bytes, bytes);
              });
      if (found == 0) {
        throw new UserException("store %s has nothing under %s".formatted(query.store(), key));
      }
    }
  }

  @Command(
      name = "range",
      description = "Print the entries of a store, in the order of their keys' bytes.",
      sortOptions = false)
  static final class RangeEntries implements Runnable {
    private final Console console;
    @Mixin private Query query = new Query();

    @Option(names = "--from", paramLabel = "KEY", description = "Only keys from this one on.")
    private @Nullable String from;

    @Option(
        names = "--to",
        paramLabel = "KEY",
        description = "Only keys up to this one, inclusive.")
    private @Nullable String to;

    @Mixin private Windows windows = new Windows();

    RangeEntries(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      query.print(
          console,
          (store, changelog, format) ->
              windows.bounds(
                  store,
                  from == null ? null : format.bytes(changelog, from),
                  to == null ? null : format.bytes(changelog, to)));
    }
  }
}
