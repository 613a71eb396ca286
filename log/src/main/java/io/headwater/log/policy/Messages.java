package io.headwater.log.policy;

import io.headwater.log.Consumed;
import io.headwater.log.Log;
import io.headwater.log.Message;
import io.headwater.log.OffsetOutOfRangeException;
import io.headwater.log.OffsetRange;
import io.headwater.log.storage.CorruptLogException;
import java.util.function.Predicate;

/** Goes over the messages of a log in order, holding few of them at a time. */
final class Messages {
  private static final int COUNT_MAX = 1_000;
  private static final int BYTES_MAX = 1 << 20;

  private Messages() {}

  /**
   * Shows the messages of a range until one is not taken; what is damaged is left out. The first of
   * them may be deleted meanwhile.
   */
  static void forEach(Log log, OffsetRange range, Predicate<Message> taken) {
    long next = range.from();
    while (next < range.to()) {
      Consumed consumed;
      try {
        consumed = log.consume(next, COUNT_MAX, BYTES_MAX);
      } catch (OffsetOutOfRangeException e) {
        if (next >= e.range().from()) {
          throw e;
        }
        next = e.range().from();
        continue;
      } catch (CorruptLogException e) {
        next = e.offsetAfter().orElseThrow(() -> e);
        continue;
      }
      for (Message message : consumed.messages()) {
        if (message.offset() >= range.to() || !taken.test(message)) {
          return;
        }
      }
      if (consumed.nextOffset() == next) {
        return; // the rest is undecided, and not shown
      }
      next = consumed.nextOffset();
    }
  }
}
