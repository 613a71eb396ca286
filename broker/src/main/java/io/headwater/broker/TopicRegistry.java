package io.headwater.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Which topics there are: the content of the file {@code topics}. Immutable; a change makes a new
 * one, which is then written in place of the file. The file is text:
 *
 * <pre>
 * headwater-topics 1
 * next 3
 * topic 2 orders 3 cleanup.policy=delete message.timestamp.type=CreateTime segment.bytes=67108864
 * deleting 1 old 1
 * crc32c 5f2a91c0
 * </pre>
 *
 * <p>The line of a topic that an application keeps for itself ends with {@code owner=APPLICATION}.
 *
 * @param next the number the next topic gets
 * @param topics by name
 * @param deleting topics that are gone but whose folders may still be there, by number
 */
record TopicRegistry(long next, SortedMap<String, Topic> topics, Map<Long, Topic> deleting) {
  static final String FILE = "topics";
  private static final String HEADER = "headwater-topics 1";
  private static final String OWNER = "owner";

  static final TopicRegistry EMPTY = new TopicRegistry(0, new TreeMap<>(), Map.of());

  TopicRegistry with(Topic topic) {
    var changed = new TreeMap<>(topics);
    changed.put(topic.name(), topic);
    return new TopicRegistry(next + 1, changed, deleting);
  }

  /** With a topic in place of the one of its name. */
  TopicRegistry replacing(Topic topic) {
    var changed = new TreeMap<>(topics);
    changed.put(topic.name(), topic);
    return new TopicRegistry(next, changed, deleting);
  }

  TopicRegistry startDeleting(Topic topic) {
    var changed = new TreeMap<>(topics);
    changed.remove(topic.name());
    var more = new LinkedHashMap<>(deleting);
    more.put(topic.number(), topic);
    return new TopicRegistry(next, changed, more);
  }

  TopicRegistry deleted(Topic topic) {
    var fewer = new LinkedHashMap<>(deleting);
    fewer.remove(topic.number());
    return new TopicRegistry(next, topics, fewer);
  }

  static TopicRegistry read(Storage storage, Path folder) {
    Path file = folder.resolve(FILE);
    return storage.exists(file) ? parse(file, WholeFile.read(storage, file)) : EMPTY;
  }

  void write(Storage storage, Path folder) {
    WholeFile.replace(storage, folder.resolve(FILE), format());
  }

  private byte[] format() {
    var text = new StringBuilder(HEADER).append('\n').append("next ").append(next).append('\n');
    topics.values().forEach(topic -> line(text, "topic", topic));
    deleting.values().forEach(topic -> line(text, "deleting", topic));
    byte[] content = text.toString().getBytes(UTF_8);
    return text.append("crc32c %08x%n".replace("%n", "\n").formatted(crc(content)))
        .toString()
        .getBytes(UTF_8);
  }

  private static void line(StringBuilder text, String kind, Topic topic) {
    text.append(kind)
        .append(' ')
        .append(topic.number())
        .append(' ')
        .append(topic.name())
        .append(' ')
        .append(topic.partitions());
    topic
        .config()
        .toMap()
        .forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
    if (topic.owner() != null) {
      text.append(' ').append(OWNER).append('=').append(topic.owner());
    }
    text.append('\n');
  }

  private static TopicRegistry parse(Path file, byte[] bytes) {
    String text = new String(bytes, UTF_8);
    int crcAt = text.lastIndexOf("crc32c ");
    if (!text.startsWith(HEADER + "\n")) {
      throw damaged(file, "its first line is not '%s'".formatted(HEADER), null);
    }
    String computed = "%08x".formatted(crc(text.substring(0, Math.max(0, crcAt)).getBytes(UTF_8)));
    if (crcAt < 0 || !text.substring(crcAt).strip().equals("crc32c " + computed)) {
      throw damaged(
          file, "its lines give checksum %s and its last line another".formatted(computed), null);
    }
    long next = 0;
    var topics = new TreeMap<String, Topic>();
    var deleting = new LinkedHashMap<Long, Topic>();
    for (String line : text.substring(HEADER.length() + 1, crcAt).lines().toList()) {
      String[] words = line.split(" ", -1);
      try {
        switch (words[0]) {
          case "next" -> next = Long.parseLong(words[1]);
          case "topic" -> {
            Topic topic = topic(words);
            topics.put(topic.name(), topic);
          }
          case "deleting" -> {
            Topic topic = topic(words);
            deleting.put(topic.number(), topic);
          }
          default -> throw new IllegalArgumentException("unknown word " + words[0]);
        }
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw damaged(file, "line '%s' cannot be read".formatted(line), e);
      }
    }
    return new TopicRegistry(next, topics, deleting);
  }

  private static Topic topic(String[] words) {
    TopicConfig config = TopicConfig.DEFAULT;
    String owner = null;
    for (int i = 4; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String name = words[i].substring(0, Math.max(0, equals));
      String value = words[i].substring(equals + 1);
      if (name.equals(OWNER)) {
        owner = value;
      } else {
        config = config.with(name, value);
      }
    }
    return new Topic(Long.parseLong(words[1]), words[2], Integer.parseInt(words[3]), config, owner);
  }

  private static BrokerException damaged(Path file, String what, @Nullable Exception cause) {
    String message = "%s is damaged: %s; restore it from a backup".formatted(file, what);
    return cause == null ? new BrokerException(message) : new BrokerException(message, cause);
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
