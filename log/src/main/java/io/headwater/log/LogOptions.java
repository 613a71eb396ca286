package io.headwater.log;

import io.headwater.log.record.Compression;
import io.headwater.log.record.RecordReader;
import io.headwater.log.record.TimestampType;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * How a {@link Log} or {@link BatchLog} is opened. {@link #DEFAULT} is for a log of its own; {@link
 * #toBuilder} changes some of it.
 */
public final class LogOptions {
  private static final Executor BACKGROUND =
      new ThreadPoolExecutor(
          0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), LogOptions::backgroundThread);

  /** Segments of 1 MiB, create time, the system's clock, opened for writing under a lock. */
  public static final LogOptions DEFAULT = new Builder().build();

  private final int segmentBytes;
  private final int indexIntervalBytes;
  private final Compression compression;
  private final boolean readCommitted;
  private final TimestampType timestampType;
  private final InstantSource clock;
  private final boolean readOnly;
  private final boolean lockFolder;
  private final boolean timeIndex;
  private final boolean createFolders;
  private final boolean syncOnPublish;
  private final int messageBytesMax;
  private final boolean keyIndex;
  private final Executor executor;
  private final boolean checkOnOpen;
  private final boolean recoverOnOpen;

  private LogOptions(Builder builder) {
    segmentBytes = builder.segmentBytes;
    indexIntervalBytes = builder.indexIntervalBytes;
    compression = builder.compression;
    readCommitted = builder.readCommitted;
    timestampType = builder.timestampType;
    clock = builder.clock;
    readOnly = builder.readOnly;
    lockFolder = builder.lockFolder;
    timeIndex = builder.timeIndex;
    createFolders = builder.createFolders;
    syncOnPublish = builder.syncOnPublish;
    messageBytesMax = builder.messageBytesMax;
    keyIndex = builder.keyIndex;
    executor = builder.executor;
    checkOnOpen = builder.checkOnOpen;
    recoverOnOpen = builder.recoverOnOpen;
  }

  private static Thread backgroundThread(Runnable work) {
    var thread = new Thread(work, "headwater-log");
    thread.setDaemon(true);
    return thread;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder()
        .segmentBytes(segmentBytes)
        .indexIntervalBytes(indexIntervalBytes)
        .compression(compression)
        .readCommitted(readCommitted)
        .timestampType(timestampType)
        .clock(clock)
        .readOnly(readOnly)
        .lockFolder(lockFolder)
        .timeIndex(timeIndex)
        .createFolders(createFolders)
        .syncOnPublish(syncOnPublish)
        .messageBytesMax(messageBytesMax)
        .keyIndex(keyIndex)
        .executor(executor)
        .checkOnOpen(checkOnOpen)
        .recoverOnOpen(recoverOnOpen);
  }

  public int segmentBytes() {
    return segmentBytes;
  }

  public int indexIntervalBytes() {
    return indexIntervalBytes;
  }

  public Compression compression() {
    return compression;
  }

  public boolean readCommitted() {
    return readCommitted;
  }

  public TimestampType timestampType() {
    return timestampType;
  }

  public InstantSource clock() {
    return clock;
  }

  public boolean readOnly() {
    return readOnly;
  }

  public boolean lockFolder() {
    return lockFolder;
  }

  public boolean timeIndex() {
    return timeIndex;
  }

  public boolean createFolders() {
    return createFolders;
  }

  public boolean syncOnPublish() {
    return syncOnPublish;
  }

  public int messageBytesMax() {
    return messageBytesMax;
  }

  public boolean keyIndex() {
    return keyIndex;
  }

  public Executor executor() {
    return executor;
  }

  public boolean checkOnOpen() {
    return checkOnOpen;
  }

  public boolean recoverOnOpen() {
    return recoverOnOpen;
  }

  /** Builds {@link LogOptions}. */
  public static final class Builder {
    private int segmentBytes = 1 << 20;
    private int indexIntervalBytes = 512;
    private Compression compression = Compression.NONE;
    private boolean readCommitted;
    private TimestampType timestampType = TimestampType.CREATE_TIME;
    private InstantSource clock = InstantSource.system();
    private boolean readOnly;
    private boolean lockFolder = true;
    private boolean timeIndex = true;
    private boolean createFolders = true;
    private boolean syncOnPublish;
    private int messageBytesMax = 64 << 20;
    private boolean keyIndex;
    private Executor executor = BACKGROUND;
    private boolean checkOnOpen;
    private boolean recoverOnOpen;

    private Builder() {}

    /**
     * Starts a new segment when the current one would pass this size, in bytes. A batch that is
     * larger gets a segment of its own. Default 1 MiB.
     */
    public Builder segmentBytes(int bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException("segmentBytes must be positive, was " + bytes);
      }
      segmentBytes = bytes;
      return this;
    }

    /**
     * Makes index entries more than this many bytes apart: about as much is read to get one record.
     * Default 512; Kafka's is 4096.
     */
    public Builder indexIntervalBytes(int bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("indexIntervalBytes cannot be negative, was " + bytes);
      }
      indexIntervalBytes = bytes;
      return this;
    }

    /**
     * How the records of new batches are compressed; what is in the log stays as it is, and all are
     * read. Limits of a batch's size are about the records before. The library that it needs must
     * be on the class path. Default {@link Compression#NONE}.
     *
     * @throws io.headwater.log.storage.LogException if the library is missing; the message names it
     */
    public Builder compression(Compression with) {
      with.ensureAvailable();
      compression = with;
      return this;
    }

    /**
     * For a {@link Log} in a folder with transactions, as a Kafka broker or a topic of this
     * library's broker has them: leaves out the messages of aborted transactions, and ends before
     * the first message of the oldest transaction that is open. Opening such a log looks at the
     * headers of all its batches. False shows the messages of all transactions. Default false.
     */
    public Builder readCommitted(boolean only) {
      readCommitted = only;
      return this;
    }

    /** Whose time a record's timestamp is. Default {@link TimestampType#CREATE_TIME}. */
    public Builder timestampType(TimestampType type) {
      timestampType = type;
      return this;
    }

    /** Tells the time of an append. Default the system's. */
    public Builder clock(InstantSource source) {
      clock = source;
      return this;
    }

    /**
     * Opens without changing anything, also beside a process that writes. Shows the batches that
     * are whole; {@link BatchLog#refresh} looks for more. Default false.
     */
    public Builder readOnly(boolean only) {
      readOnly = only;
      return this;
    }

    /**
     * Takes the folder's lock for as long as the log is open, and that of the data folder it is a
     * partition of, unless it is opened for reading only. False for an owner that holds a lock over
     * many logs. Default true.
     */
    public Builder lockFolder(boolean lock) {
      lockFolder = lock;
      return this;
    }

    /**
     * Creates the folder, and those above it, where there is none. False: opening a log in a folder
     * that is not there is an error. Default true.
     */
    public Builder createFolders(boolean create) {
      createFolders = create;
      return this;
    }

    /**
     * Forces each {@link Log#publish(Message) publish} to disk before it returns; threads that
     * publish at the same time share a force. Default false: {@link Log#sync} does it when asked.
     */
    public Builder syncOnPublish(boolean sync) {
      syncOnPublish = sync;
      return this;
    }

    /**
     * The largest message that {@link Log} takes: the bytes of its key, value and headers together.
     * Default 64 MiB; at most 128 MiB with {@link #compression}.
     */
    public Builder messageBytesMax(int bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("messageBytesMax cannot be negative, was " + bytes);
      }
      messageBytesMax = bytes;
      return this;
    }

    /**
     * Keeps an index of the keys, for {@link Log#getByKey} and the like. It is made when a log is
     * first opened with it, and its files are deleted when the log is opened for writing without
     * it. Costs some memory, whatever the size of the log, and about 12 bytes a message on disk.
     * Default false.
     */
    public Builder keyIndex(boolean keep) {
      keyIndex = keep;
      return this;
    }

    /**
     * Looks at every batch of the newest segment when the log is opened. If one that had been
     * forced to disk is damaged, opening fails with a {@link
     * io.headwater.log.storage.CorruptLogException}; a tail that a crash tore is cut off, as
     * always. Default false: what had been forced is looked at when it is read.
     */
    public Builder checkOnOpen(boolean check) {
      checkOnOpen = check;
      return this;
    }

    /**
     * Runs the work that need not be done by who publishes: writing the index files of full
     * segments, and writing and merging those of the key index, in steps of about a millisecond.
     * Default one daemon thread for all logs of the process, which ends when there is nothing to
     * do.
     */
    public Builder executor(Executor background) {
      executor = background;
      return this;
    }

    /**
     * Keeps an index by time. Without it looking for a time is a {@link NoSuchIndexException}, and
     * the files of an earlier one go when their segment's other index is written. Default true.
     */
    public Builder timeIndex(boolean keep) {
      timeIndex = keep;
      return this;
    }

    /**
     * Looks at every batch of the newest segment when the log is opened, and if one is damaged goes
     * on after it: what can be read stays, and what is appended goes to a new segment. The damage
     * is told by {@code recovery()}. Wins over {@link #checkOnOpen}; a log that is opened for
     * reading only is just checked. Default false.
     */
    public Builder recoverOnOpen(boolean recover) {
      recoverOnOpen = recover;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if messages may be larger than what is read of a compressed
     *     batch, 128 MiB, and are compressed
     */
    public LogOptions build() {
      if (compression != Compression.NONE
          && messageBytesMax > RecordReader.DECOMPRESSED_BYTES_MAX) {
        throw new IllegalArgumentException(
            "messageBytesMax is at most %d with compression, was %d"
                .formatted(RecordReader.DECOMPRESSED_BYTES_MAX, messageBytesMax));
      }
      return new LogOptions(this);
    }
  }
}
