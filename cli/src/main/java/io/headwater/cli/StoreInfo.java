package io.headwater.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an application's manifest says of one of its stores.
 *
 * @param kind {@code key-value} or {@code window}, or another one that cannot be read here
 * @param changelog the topic; null if the store has none
 * @param windowMs the length of its windows; 0 if it has none
 * @param retentionMs how long a window is kept from its start; 0 if it has none
 */
record StoreInfo(
    String name,
    String application,
    String kind,
    String keySerde,
    String valueSerde,
    @Nullable String changelog,
    long windowMs,
    long retentionMs) {
  private static final String FOLDER = "apps";
  private static final String ENDING = ".properties";
  private static final String FORMAT = "1";

  boolean isWindowed() {
    return kind.equals("window");
  }

  /**
   * The stores of a data folder, by name.
   *
   * @param application whose stores; null for those of all
   */
  static List<StoreInfo> all(Path data, @Nullable String application) {
    var stores = new ArrayList<StoreInfo>();
    var applications = new TreeSet<String>();
    for (Path manifest : manifests(data)) {
      String fileName = String.valueOf(manifest.getFileName());
      String id = fileName.substring(0, fileName.length() - ENDING.length());
      applications.add(id);
      if (application == null || application.equals(id)) {
        addAll(id, manifest, stores);
      }
    }
    if (application != null && !applications.contains(application)) {
      throw new UserException(
          "no application %s has run in %s; %s"
              .formatted(
                  application, data, NearNames.hint("applications", application, applications)));
    }
    stores.sort(Comparator.comparing(StoreInfo::name).thenComparing(StoreInfo::application));
    return stores;
  }

  /** The store of that name, which must be one only. */
  static StoreInfo find(Path data, String name, @Nullable String application) {
    List<StoreInfo> all = all(data, application);
    List<StoreInfo> found = all.stream().filter(store -> store.name.equals(name)).toList();
    if (found.isEmpty()) {
      throw new UserException(
          "no store %s in %s; %s"
              .formatted(
                  name,
                  data,
                  NearNames.hint("stores", name, all.stream().map(StoreInfo::name).toList())));
    }
    if (found.size() > 1) {
      throw new UserException(
          "several applications have a store %s; choose one with --app: %s"
              .formatted(
                  name, String.join(", ", found.stream().map(StoreInfo::application).toList())));
    }
    return found.get(0);
  }

  private static List<Path> manifests(Path data) {
    Path folder = data.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addAll(String application, Path manifest, List<StoreInfo> stores) {
    var entries = new Properties();
    try (Reader reader = Files.newBufferedReader(manifest, StandardCharsets.UTF_8)) {
      entries.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new UserException(manifest + " cannot be read: " + e.getMessage(), e);
    }
    String format = entries.getProperty("format", "");
    if (!format.equals(FORMAT)) {
      throw new UserException(
          "%s has format \"%s\", and this Headwater reads %s; use a newer one"
              .formatted(manifest, format, FORMAT));
    }
    for (String key : entries.stringPropertyNames()) {
      if (key.startsWith("store.") && key.endsWith(".kind")) {
        String name = key.substring("store.".length(), key.length() - ".kind".length());
        stores.add(of(name, application, entries));
      }
    }
  }

  private static StoreInfo of(String name, String application, Properties entries) {
    String prefix = "store." + name + ".";
    return new StoreInfo(
        name,
        application,
        entries.getProperty(prefix + "kind"),
        entries.getProperty(prefix + "key.serde", ByteFormat.AUTO),
        entries.getProperty(prefix + "value.serde", ByteFormat.AUTO),
        entries.getProperty(prefix + "changelog"),
        Long.parseLong(entries.getProperty(prefix + "window.ms", "0")),
        Long.parseLong(entries.getProperty(prefix + "retention.ms", "0")));
  }
}
