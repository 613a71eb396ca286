package io.headwater.log.key;

import io.headwater.log.OffsetRange;
import io.headwater.log.storage.LogException;
import io.headwater.log.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where in a log the records of a key are: of every key all of them, found by the key's {@link
 * KeyHash}. Answers are candidates. The caller reads the record and compares the key, because
 * hashes collide, and goes on to the next candidate also where the record has been deleted. No
 * record below {@link #end} whose key has the hash is left out.
 *
 * <p><b>How it works.</b> The newest keys are in memory. When there are 16,384 of them they become
 * a <em>run</em>, an immutable file in order of hash; when there are four runs of about a size they
 * are merged into one. So there are about as many runs as the log's length has doublings, all but
 * the largest of them small, and a lookup asks them from the newest on. Each has a filter that
 * rules out most keys it has not, and finds others with one look at a place that the hash tells.
 * Memory that is used does not grow with the log, but by one byte for 400 records.
 *
 * <p><b>Threads.</b> Safe for many threads that look up, while one adds. Making and merging runs is
 * done in steps, {@link #doWork}, which the executor is asked to run when there are some; a step
 * takes about a millisecond, longer only where a merged run is forced. Adding waits for steps only
 * if many parts wait to be made runs. Closing waits for the current step, and not for readers, but
 * nobody may add then.
 *
 * <p><b>Crashes.</b> All is made again from the log where it is missing or damaged, by way of the
 * {@link KeySource}: when the index is opened, or in the lookup that finds it. What was only in
 * memory is missing after a crash, so an owner whose records are large may {@link #seal} from time
 * to time. Runs are not forced, but for large merged ones and at closing: a power cut may cost a
 * scan of the log's last million records.
 *
 * <p><b>What the log does.</b> It opens the index with its range once it knows where it ends, adds
 * each record right after appending it, under the same lock, and closes the index before it gives
 * up its folder. It looks for records up to {@link #end} only: one that was appended may not have
 * been added yet. After deleting it tells so. A writer that does not keep an index deletes its
 * files.
 *
 * <p><b>For reading only</b> nothing is written: what is made is made in memory.
 *
 * <p>Methods throw {@link LogException} if the storage or the source fails, {@link
 * IllegalStateException} once closed. Adding does not throw for the storage.
 */
public final class KeyIndex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyIndex.class);
  private static final int BATCH = 64;
  private static final long REFILL_STEP_OFFSETS = 64 << 10;

  private final Storage storage; // where runs are written: memory if it is read only
  private final Storage files; // where the log's folder is
  private final Path folder;
  private final KeySource source;
  private final Executor executor;
  private final Sizes sizes;
  private final AtomicLong sequence = new AtomicLong(); // of the newest run
  private final AtomicBoolean scheduled = new AtomicBoolean();

  // Taken in this order, and held while files are written.
  private final Object closeLock = new Object();
  private final Object refillLock = new Object(); // for filling what is missing
  private final Object mergeLock = new Object();
  private final Object sealLock = new Object();

  private final List<Merge> merges = new ArrayList<>(); // guarded by mergeLock
  private @Nullable Refill refill; // of a run with many dead entries; guarded by mergeLock
  private final CurrentParts parts; // closed under mergeLock and sealLock
  private RecentKeys newest; // of the adding thread
  private volatile boolean changed; // whether a run was written

  private KeyIndex(
      Storage storage,
      Storage files,
      Path folder,
      Parts found,
      KeySource source,
      Executor executor,
      Sizes sizes,
      long sequence) {
    this.storage = storage;
    this.files = files;
    this.folder = folder;
    parts = new CurrentParts(storage, folder, found);
    this.source = source;
    this.executor = executor;
    this.sizes = sizes;
    this.sequence.set(sequence);
    newest = found.recent[0];
  }

  // ---- opening and closing

  /**
   * Opens the index in a log's folder for writing, and makes what is missing of it, from the
   * source.
   *
   * @param log the log's records. What the index has at or past their end is forgotten: the log
   *     lost it in a crash
   * @param executor runs steps in the background, at any time until the index is closed
   */
  public static KeyIndex open(
      Storage storage, Path folder, OffsetRange log, KeySource source, Executor executor) {
    return open(storage, folder, log, source, executor, Sizes.USUAL);
  }

  /** As {@link #open}, without a change to the folder. Another process may be writing it. */
  public static KeyIndex openReadOnly(
      Storage storage, Path folder, OffsetRange log, KeySource source, Executor executor) {
    return openReadOnly(storage, folder, log, source, executor, Sizes.USUAL);
  }

  static KeyIndex open(
      Storage storage,
      Path folder,
      OffsetRange log,
      KeySource source,
      Executor executor,
      Sizes sizes) {
    var found = new RunFiles(storage, folder, log, true);
    return open(found, storage, storage, folder, source, executor, sizes);
  }

  static KeyIndex openReadOnly(
      Storage storage,
      Path folder,
      OffsetRange log,
      KeySource source,
      Executor executor,
      Sizes sizes) {
    Storage memory = Storage.memory();
    memory.createDirectories(folder);
    var found = new RunFiles(storage, folder, log, false);
    return open(found, memory, storage, folder, source, executor, sizes);
  }

  private static KeyIndex open(
      RunFiles found,
      Storage storage,
      Storage files,
      Path folder,
      KeySource source,
      Executor executor,
      Sizes sizes) {
    Parts parts = found.open(sizes.recentEntries());
    var index =
        new KeyIndex(storage, files, folder, parts, source, executor, sizes, found.sequence());
    boolean opened = false;
    try {
      index.fillMissing();
      opened = true;
    } finally {
      if (!opened) {
        index.release();
      }
    }
    index.schedule();
    return index;
  }

  /** Deletes the index in a folder, for a writer who does not keep it: it would no longer hold. */
  public static void delete(Storage storage, Path folder) {
    boolean changed = false;
    for (Path file : storage.list(folder)) {
      if (isFile(file)) {
        storage.delete(file);
        changed = true;
      }
    }
    if (changed) {
      storage.forceDirectory(folder);
    }
  }

  /**
   * Checks all of a part of an index, by its checksums.
   *
   * @param file one that {@link #isFile}
   * @return what is wrong; the empty string if nothing is
   */
  public static String fault(Storage storage, Path file) {
    return Run.fault(storage, file);
  }

  /** Whether a file is part of an index, by its name. */
  public static boolean isFile(Path file) {
    return RunHeader.sequence(file) >= 0;
  }

  /**
   * Writes what is in memory and forces what is not forced, so that opening it again reads nothing
   * of the log. If that fails it is only made again then.
   */
  @Override
  public void close() {
    synchronized (closeLock) {
      if (parts.isClosed()) {
        return;
      }
      try {
        seal();
        while (sealOldest()) {
          // one more
        }
        forceAll();
      } catch (LogException e) {
        LOG.warn("{}: the key index could not be written and will be made again", folder, e);
      } finally {
        release();
      }
    }
  }

  private void forceAll() {
    synchronized (mergeLock) { // which keeps the runs from being deleted
      for (Run run : parts.runs()) {
        if (run.storage() == storage) {
          run.noteDead();
          if (!run.isForced()) {
            run.force();
          }
        }
      }
    }
    if (changed) {
      storage.forceDirectory(folder);
    }
  }

  private void release() {
    synchronized (mergeLock) {
      synchronized (sealLock) {
        merges.forEach(Merge::abandon);
        merges.forEach(Merge::close);
        merges.clear();
        refill = null;
        parts.close();
      }
    }
  }

  // ---- adding

  /**
   * Adds a record and lets it be found.
   *
   * @param hash the {@link KeyHash} of its key
   * @throws IllegalArgumentException if the offset is below {@link #end}
   */
  public void add(long offset, long hash) {
    RecentKeys keys = roomFor(offset);
    keys.add(Entries.hash(hash), offset);
    keys.end(offset + 1);
  }

  /**
   * Adds records with successive offsets, and lets all of them be found at once.
   *
   * @param base the offset of the first
   */
  public void add(long base, long[] hashes, int count) {
    RecentKeys keys = newest;
    for (int i = 0; i < count; i++) {
      keys = roomFor(base + i);
      keys.add(Entries.hash(hashes[i]), base + i);
    }
    keys.end(base + count);
  }

  /** Says that there are no more records below an offset, which is the {@link #end} then. */
  public void skipTo(long offset) {
    if (offset > newest.end()) {
      newest.end(offset);
    }
  }

  /** The recent keys, which have room for one more. */
  private RecentKeys roomFor(long offset) {
    RecentKeys keys = newest;
    if (offset < keys.end()) {
      throw new IllegalArgumentException(
          "offset %d is below %d, the end of the index".formatted(offset, keys.end()));
    }
    if (keys.isFull(offset)) {
      keys.end(offset);
      startRecent(offset);
    }
    return newest;
  }

  private void startRecent(long offset) {
    var next = new RecentKeys(offset, sizes.recentEntries());
    parts.replace(before -> before.with(next));
    newest = next;
    schedule();
    if (parts.get().recent.length > sizes.recentMax()) {
      sealInTheWay();
    }
  }

  /** Keeps memory bounded although the steps in the background do not keep up. */
  private void sealInTheWay() {
    try {
      parts.closeUnused();
      sealOldest();
      mergeIfMany();
    } catch (LogException e) {
      LOG.warn(
          "{}: a part of the key index could not be written, it will be made again", folder, e);
      parts.replace(
          before ->
              before.recent.length > sizes.recentMax() ? before.withOldestRecentMissing() : before);
    }
  }

  /**
   * Makes what is in memory a run, in the background: of what is in runs, nothing has to be read
   * from the log after a crash. By the thread that adds.
   */
  public void seal() {
    RecentKeys keys = newest;
    if (keys.end() > keys.base()) {
      startRecent(keys.end());
    }
  }

  /** Every record below it has been added. */
  public long end() {
    Parts current = parts.get();
    parts.ensureOpen();
    return current.recent[current.recent.length - 1].end();
  }

  // ---- looking up

  /** The greatest candidate below an offset; -1 if there is none. */
  public long last(long hash, long below) {
    while (true) {
      Parts current = pin();
      try {
        return current.last(Entries.hash(hash), below);
      } catch (DamagedRunException e) {
        discard(e);
      } finally {
        parts.unpin(current);
      }
    }
  }

  /** The smallest candidate from an offset on; -1 if there is none. */
  public long next(long hash, long from) {
    long[] candidate = new long[1];
    return next(hash, from, candidate) == 0 ? -1 : candidate[0];
  }

  /**
   * Fills an array with the smallest candidates from an offset on, rising. Returns how many there
   * are: if fewer than the array takes, there is none past them below what {@link #end} was at the
   * call. Asking for many at a time is much cheaper than asking for each.
   */
  public int next(long hash, long from, long[] candidates) {
    while (true) {
      Parts current = pin();
      try {
        return current.next(Entries.hash(hash), from, candidates);
      } catch (DamagedRunException e) {
        discard(e);
      } finally {
        parts.unpin(current);
      }
    }
  }

  /**
   * Finds for each of many hashes the greatest candidate below an offset, or -1: faster than one
   * after the other, because the reads from memory overlap.
   *
   * @param candidates takes the answers, in the order of the hashes
   */
  public void lastOfEach(long[] hashes, int count, long below, long[] candidates) {
    int[] part = new int[Math.min(count, BATCH)];
    long[] found = new long[part.length];
    for (int start = 0; start < count; start += BATCH) {
      int size = Math.min(BATCH, count - start);
      for (int i = 0; i < size; i++) {
        part[i] = Entries.hash(hashes[start + i]);
      }
      lastOfEach(part, size, below, found);
      System.arraycopy(found, 0, candidates, start, size);
    }
  }

  private void lastOfEach(int[] hashes, int count, long below, long[] candidates) {
    while (true) {
      Parts current = pin();
      try {
        current.lastOfEach(hashes, count, below, candidates);
        return;
      } catch (DamagedRunException e) {
        discard(e);
      } finally {
        parts.unpin(current);
      }
    }
  }

  private Parts pin() {
    while (true) {
      Parts current = parts.pin();
      if (current.missing.length == 0) {
        return current;
      }
      parts.unpin(current);
      fillMissing();
    }
  }

  private void discard(DamagedRunException damage) {
    LOG.warn("{}; its part of the key index is made again", damage.getMessage());
    parts.replace(before -> before.without(damage.run()));
  }

  // ---- deleting

  /** Says that the log has no records below an offset any more. */
  public void dropBelow(long first) {
    parts.replace(before -> before.from(first));
    schedule();
  }

  /**
   * Says that records were deleted. Their entries stay until they are half of their run, which is
   * then made again.
   */
  public void deleted(OffsetRange offsets) {
    parts.ensureOpen();
    for (Slice each : parts.get().slices) {
      long from = Math.max(each.from(), offsets.from());
      long to = Math.min(each.to(), offsets.to());
      if (from < to) {
        each.run().addDead(to - from);
      }
    }
    schedule();
  }

  /** The size of the index's files, in bytes. */
  public long sizeBytes() {
    return parts.runs().stream()
        .filter(run -> run.storage() == files)
        .mapToLong(run -> run.header().fileBytes())
        .sum();
  }

  /** How many files there are. */
  int runCount() {
    return parts.runs().size();
  }

  // ---- steps

  private void schedule() {
    if (!parts.isClosed() && scheduled.compareAndSet(false, true)) {
      try {
        executor.execute(this::work);
      } catch (RejectedExecutionException e) {
        scheduled.set(false);
        LOG.debug("{}: nothing is done in the background for the key index", folder, e);
      }
    }
  }

  private void work() {
    boolean done = false;
    try {
      while (doWork() > 0) {
        // there may be more
      }
      done = true;
    } catch (LogException e) {
      LOG.warn("{}: work on the key index failed and will be tried again", folder, e);
    } catch (IllegalStateException e) {
      LOG.debug("{}: the log was closed during work on its key index", folder, e);
    } finally {
      scheduled.set(false);
    }
    if (done && hasWork()) {
      schedule(); // what came between the last look and that
    }
  }

  private boolean hasWork() {
    return parts.get().recent.length > 1;
  }

  /**
   * Does a step of the work in the background. Returns how much was done: 0 if there was nothing to
   * do.
   */
  public int doWork() {
    parts.closeUnused();
    return sealOldest() || mergeStep() || refillStep() ? 1 : 0;
  }

  /** Makes the oldest of the recent keys a run; false if there are none that are complete. */
  private boolean sealOldest() {
    synchronized (sealLock) {
      Parts current = parts.get(); // of a closed index there is nothing
      if (current.recent.length < 2) {
        return false;
      }
      Run run = write(current.recent[0]);
      parts.replace(before -> before.with(run).withoutOldestRecent(), run);
      return true;
    }
  }

  private Run write(RecentKeys keys) {
    long[] entries = keys.sorted();
    var range = new OffsetRange(keys.base(), keys.end());
    var writer = new RunWriter(storage, newPath(range.from()), range, entries.length);
    boolean written = false;
    try {
      for (long entry : entries) {
        writer.add(entry);
      }
      written = true;
    } finally {
      if (!written) {
        writer.abandon();
      }
    }
    return writer.finish(false);
  }

  private Path newPath(long from) {
    changed = true;
    return RunHeader.path(folder, from, sequence.incrementAndGet());
  }

  private boolean mergeStep() {
    synchronized (mergeLock) {
      if (parts.isClosed()) {
        return false;
      }
      startMerge();
      if (merges.isEmpty()) {
        return false;
      }
      Merge merge = merges.get(merges.size() - 1); // the smallest
      boolean goesOn = false;
      try {
        if (!merge.step(sizes.stepEntries())) {
          goesOn = true;
          return true;
        }
        Run run = merge.finish(sizes.forceBytes());
        run.addDead(merge.dead());
        parts.replace(before -> before.with(run), run);
      } catch (DamagedRunException e) {
        merge.abandon();
        discard(e);
      } catch (RuntimeException e) {
        merge.abandon();
        throw e;
      } finally {
        if (!goesOn) {
          merges.remove(merge);
          merge.close();
        }
      }
      parts.closeUnused();
      return true;
    }
  }

  /** Keeps the number of runs bounded although the steps in the background do not keep up. */
  private void mergeIfMany() {
    while (parts.get().slices.length > sizes.runsMax() && mergeStep()) {
      // until there are fewer
    }
  }

  /** Starts a merge if there is one to start, even while others go on: those are of larger runs. */
  private void startMerge() {
    Parts current = parts.pin();
    var policy = new MergePolicy(current.slices, this::isFree, sizes.levelEntries());
    MergePolicy.Choice choice = policy.choose();
    boolean started = false;
    try {
      if (choice == null) {
        return;
      }
      List<Slice> slices = Arrays.asList(current.slices).subList(choice.from(), choice.to());
      merges.add(new Merge(current.pins, slices, storage, newPath(slices.get(0).from())));
      started = true;
    } catch (DamagedRunException e) {
      discard(e);
    } finally {
      if (!started) {
        parts.unpin(current);
      }
    }
  }

  private boolean isFree(Slice slice) {
    for (Merge merge : merges) {
      if (merge.isOf(slice.run())) {
        return false;
      }
    }
    Refill current = refill;
    return current == null || slice.from() >= current.to || slice.to() <= current.position;
  }

  // ---- making it again

  private void fillMissing() {
    synchronized (refillLock) {
      for (Parts now = parts.get(); now.missing.length > 0; now = parts.get()) {
        OffsetRange range = now.missing[0];
        new Refill(range).step(range.to() - range.from());
      }
    }
  }

  /** Makes a run again of which half the entries or more are dead, a stretch at a time. */
  private boolean refillStep() {
    synchronized (mergeLock) {
      Refill current = refill == null ? startRefill() : refill;
      if (parts.isClosed() || current == null) {
        return false;
      }
      refill = current;
      boolean goesOn = false;
      try {
        goesOn = !current.step(REFILL_STEP_OFFSETS);
      } finally {
        refill = goesOn ? current : null;
      }
      return true;
    }
  }

  private @Nullable Refill startRefill() {
    for (Slice each : parts.get().slices) {
      Run run = each.run();
      if (run.dead() > 0 && run.dead() >= run.header().entries() / 2) {
        return new Refill(each.range());
      }
    }
    return null;
  }

  /** Makes the index of a range of offsets again, as runs that count in place of what there is. */
  private final class Refill {
    private final long to;
    private long position;
    private RecentKeys keys;

    Refill(OffsetRange range) {
      to = range.to();
      position = range.from();
      keys = new RecentKeys(position, sizes.recentEntries());
    }

    /** Goes on by so many offsets; true at the end. */
    boolean step(long offsets) {
      long end = Math.min(to, position + offsets);
      source.keys(position, end, this::add);
      position = end;
      if (position < to) {
        return false;
      }
      install(to);
      return true;
    }

    private void add(long offset, long hash) {
      if (keys.isFull(offset)) {
        install(offset);
      }
      keys.add(Entries.hash(hash), offset);
    }

    private void install(long end) {
      keys.end(end);
      synchronized (sealLock) {
        parts.ensureOpen(); // the folder may be somebody else's by now
        Run run = write(keys);
        parts.replace(before -> before.with(run), run);
      }
      keys = new RecentKeys(end, sizes.recentEntries());
      mergeIfMany();
    }
  }
}
