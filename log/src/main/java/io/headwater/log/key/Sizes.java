package io.headwater.log.key;

/**
 * What an index is measured by. Tests use small ones.
 *
 * @param recentEntries how many keys are kept in memory before they are made a run, a power of two
 * @param levelEntries runs of fewer entries are all of level 0; each level up has four times more
 * @param recentMax more parts in memory than that are made runs by the thread that adds
 * @param runsMax runs above that number are merged by the thread that makes more
 * @param stepEntries how many entries a step of a merge takes
 * @param forceBytes a merged run of that many bytes is forced before what it replaces is deleted
 */
record Sizes(
    int recentEntries,
    int levelEntries,
    int recentMax,
    int runsMax,
    int stepEntries,
    int forceBytes) {
  /** The most entries a merged run has, so that its file stays below 2 GiB. */
  static final long ENTRIES_MAX = 1 << 26;

  static final Sizes USUAL = new Sizes(16 << 10, 1 << 10, 16, 64, 16 << 10, 8 << 20);
}
