package io.headwater.serde;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record, in order. Immutable, so a record can be forwarded to many places and one
 * of them can add a header without the others seeing it; {@link #add} and {@link #remove} return
 * changed copies.
 */
public final class Headers implements Iterable<Header> {
  /** No headers. */
  public static final Headers EMPTY = new Headers(List.of());

  private final List<Header> headers;

  private Headers(List<Header> headers) {
    this.headers = headers;
  }

  /** The given headers, in that order. */
  public static Headers of(Header... headers) {
    return of(Arrays.asList(headers));
  }

  /** The given headers, in that order. */
  public static Headers of(List<Header> headers) {
    return headers.isEmpty() ? EMPTY : new Headers(List.copyOf(headers));
  }

  /** These headers with one more at the end; one of the same name stays beside it. */
  public Headers add(String key, byte @Nullable [] value) {
    return add(new Header(key, value));
  }

  /** These headers with one more at the end; one of the same name stays beside it. */
  public Headers add(Header header) {
    var longer = new ArrayList<Header>(headers.size() + 1);
    longer.addAll(headers);
    longer.add(header);
    return of(longer);
  }

  /** These headers without any of that name. */
  public Headers remove(String key) {
    return of(headers.stream().filter(header -> !header.key().equals(key)).toList());
  }

  /** The last header of that name, or null if there is none. */
  public @Nullable Header lastHeader(String key) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.get(i).key().equals(key)) {
        return headers.get(i);
      }
    }
    return null;
  }

  /** All headers of that name, in order. */
  public List<Header> headers(String key) {
    return headers.stream().filter(header -> header.key().equals(key)).toList();
  }

  /** All headers, in order; not modifiable. */
  public List<Header> toList() {
    return headers;
  }

  public int size() {
    return headers.size();
  }

  public boolean isEmpty() {
    return headers.isEmpty();
  }

  @Override
  public Iterator<Header> iterator() {
    return headers.iterator();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Headers that && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return headers.hashCode();
  }

  @Override
  public String toString() {
    return headers.toString();
  }
}
