package io.headwater.benchmarks.log;

import java.io.IOException;

/** Headwater's log beside itself: what its indexes for key and time cost is what it lacks here. */
public final class UnindexedLog {
  private UnindexedLog() {}

  /** As {@link HeadwaterLog#main}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    HeadwaterLog.serve(args, HeadwaterLog::openUnindexed);
  }
}
