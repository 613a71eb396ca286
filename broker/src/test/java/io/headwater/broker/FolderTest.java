package io.headwater.broker;

import static io.headwater.broker.Topics.batch;
import static io.headwater.broker.Topics.partition;
import static io.headwater.broker.Topics.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.log.Log;
import io.headwater.log.LogOptions;
import io.headwater.log.storage.FolderInUseException;
import io.headwater.log.storage.Storage;
import io.headwater.log.storage.StorageFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the broker makes of a folder that is not as it left it. */
class FolderTest {
  private static final TopicPartition T = partition("t", 0);

  private final Path folder = Path.of("data");
  private final Storage storage = Storage.memory();
  private final BrokerOptions options = BrokerOptions.defaults().withStorage(storage);

  private void put(String name, String content) {
    WholeFile.replace(storage, folder.resolve(name), content.getBytes(UTF_8));
  }

  private void writeSome() {
    try (Broker broker = Broker.open(folder, options);
        TransactionalProducer producer = broker.transactionalProducer("tx")) {
      broker.createTopic(NewTopic.of("t", 1));
      producer.begin();
      producer.append(T, batch("aborted"));
      producer.abort();
      producer.begin();
      producer.append(T, batch("committed"));
      producer.commit();
    }
  }

  @Test
  void aFolderIsTheSameInAnyLanguage() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try {
      assertThat("%d".formatted(12)).as("digits of the language").isNotEqualTo("12");
      writeSome();
    } finally {
      Locale.setDefault(before);
    }
    try (Broker broker = Broker.open(folder, options)) {
      assertThat(read(broker, T)).containsExactly("committed");
    }
    for (Path each : List.of(folder, folder.resolve("t-0"))) {
      assertThat(storage.list(each))
          .allMatch(file -> String.valueOf(file.getFileName()).matches("[a-z0-9._-]+"));
    }
  }

  @Test
  void aPartitionIsWrittenByTheBrokerOrAsALog() {
    writeSome();
    try (Broker broker = Broker.open(folder, options)) {
      assertThatThrownBy(() -> Log.open(storage, folder.resolve("t-0"), LogOptions.DEFAULT))
          .isInstanceOf(FolderInUseException.class)
          .hasMessageContaining("data is already open for writing");
      assertThat(read(broker, T)).containsExactly("committed");
    }
    try (Log log = Log.open(storage, folder.resolve("t-0"), LogOptions.DEFAULT)) {
      assertThat(log.publish(null, "as a log".getBytes(UTF_8))).isEqualTo(5);
      assertThatThrownBy(() -> Broker.open(folder, options))
          .isInstanceOf(FolderInUseException.class);
    }
    try (Broker broker = Broker.open(folder, options)) {
      assertThat(read(broker, T)).containsExactly("committed", "as a log");
    }
  }

  @Test
  void aFolderOfANewerFormatIsRefused() {
    storage.createDirectories(folder);
    put("meta.properties", "headwater.format.version=2\n");
    assertThatThrownBy(() -> Broker.open(folder, options))
        .isInstanceOf(BrokerException.class)
        .hasMessage(
            "data has format version 2, and this Headwater reads up to 1; open it with a newer"
                + " Headwater, or choose another folder");
    assertThatThrownBy(() -> BrokerView.openReadOnly(folder, storage))
        .isInstanceOf(BrokerException.class);
    assertThat(storage.list(folder)).containsExactly(folder.resolve("meta.properties"));
  }

  @Test
  void aFolderOfAKafkaBrokerIsRefused() {
    storage.createDirectories(folder);
    put("meta.properties", "version=1\ncluster.id=x\nnode.id=1\n");
    assertThatThrownBy(() -> Broker.open(folder, options))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("is not a Headwater data folder");
  }

  @Test
  void aViewOfAFolderThatIsNoneIsRefused() {
    assertThatThrownBy(() -> BrokerView.openReadOnly(folder, storage))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("data is not a Headwater data folder: it has no meta.properties");
    assertThat(storage.exists(folder)).isFalse();
  }

  @Test
  void aDamagedRegistryIsRefused() {
    writeSome();
    put("topics", "headwater-topics 1\nnext 9\ncrc32c 00000000\n");
    assertThatThrownBy(() -> Broker.open(folder, options))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("topics is damaged");
    // The lock is free again.
    assertThatThrownBy(() -> Broker.open(folder, options)).isInstanceOf(BrokerException.class);
  }

  @Test
  void aMissingPartitionIsRefused() {
    writeSome();
    storage.list(folder.resolve("t-0")).forEach(storage::delete);
    storage.delete(folder.resolve("t-0"));
    assertThatThrownBy(() -> Broker.open(folder, options))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("t-0 is missing, and topic t has 1 partitions");
  }

  @Test
  void aFolderWithRecordsIsNotTakenForANewTopic() {
    writeSome();
    put("topics", "");
    storage.delete(folder.resolve("topics"));
    try (Broker broker = Broker.open(folder, options)) {
      assertThatThrownBy(() -> broker.createTopic(NewTopic.of("t", 1)))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("t-0 has records but is no registered topic's");
    }
  }

  /** The files beside a log are hints: whatever happens to them, readers see the same. */
  @Test
  void filesBesideALogAreMadeAnewWhenMissingOrBad() {
    for (String suffix : Arrays.asList(".snapshot", ".txnindex", ".compacted", ".index")) {
      for (String damage : Arrays.asList("missing", "cut", "changed")) {
        Storage fresh = Storage.memory();
        BrokerOptions freshOptions = options.withStorage(fresh);
        try (Broker broker = Broker.open(folder, freshOptions);
            TransactionalProducer producer = broker.transactionalProducer("tx")) {
          broker.createTopic(NewTopic.of("t", 1));
          producer.begin();
          producer.append(T, batch("aborted"));
          producer.abort();
          producer.begin();
          producer.append(T, batch("committed"));
          producer.addOffsets("g", Map.of(T, OffsetAndMetadata.of(1)));
          producer.commit();
          broker.append(T, batch("idempotent").producer(70, (short) 0, 0, false));
        }
        for (Path dir : fresh.list(folder)) {
          for (Path file : fresh.list(dir)) {
            if (file.toString().endsWith(suffix)) {
              harm(fresh, file, damage);
            }
          }
        }
        try (BrokerView view = BrokerView.openReadOnly(folder, fresh)) {
          assertThat(read(view, T)).as(suffix + damage).containsExactly("committed", "idempotent");
          assertThat(view.committedOffsets("g")).containsEntry(T, OffsetAndMetadata.of(1));
        }
        try (Broker broker = Broker.open(folder, freshOptions)) {
          assertThat(read(broker, T))
              .as(suffix + damage)
              .containsExactly("committed", "idempotent");
          assertThat(broker.committedOffsets("g")).containsEntry(T, OffsetAndMetadata.of(1));
          assertThat(broker.append(T, batch("idempotent").producer(70, (short) 0, 0, false)))
              .as(suffix + damage)
              .isEqualTo(4);
          assertThat(broker.transactionalProducer("tx").epoch()).isEqualTo((short) 1);
        }
      }
    }
  }

  private static void harm(Storage storage, Path file, String damage) {
    byte[] content = WholeFile.read(storage, file);
    switch (damage) {
      case "missing" -> storage.delete(file);
      case "cut" -> {
        try (StorageFile shorter = storage.create(file)) {
          shorter.write(0, content, 0, content.length / 2);
        }
      }
      default -> {
        if (content.length > 0) {
          content[content.length / 2] ^= 0x55;
        }
        WholeFile.replace(storage, file, content);
      }
    }
  }
}
