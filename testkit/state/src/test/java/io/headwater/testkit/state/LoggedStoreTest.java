package io.headwater.testkit.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headwater.state.bytes.ByteStore;
import io.headwater.state.bytes.Change;
import io.headwater.state.bytes.HeapStore;
import io.headwater.state.bytes.LoggedStore;
import io.headwater.state.bytes.StoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LoggedStoreTest extends ByteStoreContract {
  private final MemoryChangelog changelog = new MemoryChangelog();

  @Override
  protected ByteStore open() {
    return LoggedStore.open(new HeapStore(), changelog);
  }

  @Override
  protected void commitTransaction() {
    changelog.commit();
  }

  @Override
  protected void abortTransaction() {
    changelog.abort();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Change change(String key, @Nullable String value) {
    return new Change(bytes(key), value == null ? null : bytes(value), 0);
  }

  private List<String> logged() {
    return changelog.committedChanges().stream()
        .map(
            change -> {
              byte[] value = change.value();
              return new String(change.key(), UTF_8)
                  + "="
                  + (value == null ? "null" : new String(value, UTF_8));
            })
        .toList();
  }

  // KS-035, KS-036, KS-044, KS-045, KS-180
  @Test
  void whatIsLoggedIsInTheStoreAlreadyEntryByEntryInOrderAndADeletionIsATombstone() {
    var inner = new HeapStore();
    var asking =
        new ForwardingChangelog(changelog) {
          @Override
          public void append(List<Change> changes, Places places) {
            for (Change change : changes) {
              assertThat(inner.get(change.key()) == null).isEqualTo(change.value() == null);
            }
            super.append(changes, places);
          }
        };
    ByteStore store = LoggedStore.open(inner, asking);
    store.apply(List.of(change("b", "1"), change("a", "2"), change("c", "3")));
    store.flush();
    store.apply(List.of(change("c", null), change("x", null)));
    store.flush();
    changelog.commit();
    store.commit();

    assertThat(logged()).containsExactly("b=1", "a=2", "c=3", "c=null", "x=null");
  }

  // KS-037, KS-046
  @Test
  void readsAreNotLogged() {
    ByteStore store = open();
    store.get(bytes("a"));
    store.scan(null, null).close();
    store.reverseScan(null, null).close();
    store.approximateEntries();
    store.flush();

    assertThat(changelog.appends()).isZero();
  }

  // KS-041
  @Test
  void changesThatTheChangelogRefusedAreAppliedAgainAfterAnAbort() {
    var refusing =
        new ForwardingChangelog(changelog) {
          private boolean refuses = true;

          @Override
          public void append(List<Change> changes, Places places) {
            if (refuses) {
              refuses = false;
              throw new StoreException("no room");
            }
            super.append(changes, places);
          }
        };
    ByteStore store = LoggedStore.open(new HeapStore(), refusing);
    store.apply(List.of(change("a", "1")));
    assertThatThrownBy(store::flush).isInstanceOf(StoreException.class).hasMessage("no room");
    store.abort();
    assertThat(store.get(bytes("a"))).isNull();

    store.apply(List.of(change("a", "1")));
    store.flush();
    changelog.commit();
    store.commit();

    assertThat(logged()).containsExactly("a=1");
  }
}
