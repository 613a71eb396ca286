package io.headwater.streams.runtime;

import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import io.headwater.state.StoreDescription;
import io.headwater.streams.plan.Plan;
import io.headwater.streams.plan.StorePlan;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What tools need to know of an application to read its stores without its code: {@code
 * apps/APPLICATION.properties} in the data folder, replaced as a whole at each start. A Java
 * properties file in UTF-8, sorted:
 *
 * <pre>
 * format                    1
 * application               the application's id
 * store.NAME.kind           key-value or window; other for a store of the user's own kind
 * store.NAME.key.serde      the serde's name, bytes if it has none
 * store.NAME.value.serde    likewise
 * store.NAME.changelog      the changelog topic; absent if the store has none
 * store.NAME.window.ms      the length of its windows; only of kind window
 * store.NAME.retention.ms   how long its windows are kept; only of kind window
 * </pre>
 */
final class Manifest {
  private Manifest() {}

  /** The changelogs that the application had at its last start; empty if it has had none here. */
  static Set<String> changelogs(Storage storage, Path folder, String applicationId) {
    Path path = file(folder, applicationId);
    if (!storage.exists(path)) {
      return Set.of();
    }
    var entries = new Properties();
    try (StorageFile file = storage.openReadOnly(path)) {
      var bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      entries.load(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringReader throws none
    }
    return entries.stringPropertyNames().stream()
        .filter(name -> name.startsWith("store.") && name.endsWith(".changelog"))
        .map(entries::getProperty)
        .collect(Collectors.toSet());
  }

  private static Path file(Path folder, String applicationId) {
    return folder.resolve("apps").resolve(applicationId + ".properties");
  }

  static void write(Storage storage, Path folder, String applicationId, Plan plan) {
    var entries = new TreeMap<String, String>();
    entries.put("format", "1");
    entries.put("application", applicationId);
    plan.stores().forEach(store -> describe(store, applicationId, entries));
    var text = new StringBuilder();
    entries.forEach(
        (name, value) ->
            text.append(escaped(name)).append('=').append(escaped(value)).append('\n'));
    Path apps = folder.resolve("apps");
    storage.createDirectories(apps);
    Path temporary = apps.resolve(applicationId + ".properties.new");
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    try (StorageFile output = storage.create(temporary)) {
      output.write(0, bytes, 0, bytes.length);
      output.force();
    }
    storage.move(temporary, file(folder, applicationId));
    storage.forceDirectory(apps);
  }

  private static void describe(StorePlan store, String applicationId, Map<String, String> entries) {
    String prefix = "store." + store.name() + ".";
    if (store.builder().loggingEnabled()) {
      entries.put(prefix + "changelog", store.changelogTopic(applicationId));
    }
    StoreDescription description = store.builder().description().orElse(null);
    if (description == null) {
      entries.put(prefix + "kind", "other");
      return;
    }
    entries.put(prefix + "key.serde", description.keySerde());
    entries.put(prefix + "value.serde", description.valueSerde());
    switch (description.kind()) {
      case KEY_VALUE -> entries.put(prefix + "kind", "key-value");
      case WINDOW -> {
        entries.put(prefix + "kind", "window");
        entries.put(prefix + "window.ms", Long.toString(description.windowSizeMs()));
        entries.put(prefix + "retention.ms", Long.toString(description.retentionMs()));
      }
    }
  }

  /** What a properties file would take for a separator, a comment or an escape is escaped. */
  private static String escaped(String text) {
    var escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\\:=#! ".indexOf(c) >= 0) {
        escaped.append('\\');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }
}
