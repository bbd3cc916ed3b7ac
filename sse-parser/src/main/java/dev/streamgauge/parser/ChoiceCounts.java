package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/** Counts by choice, in small arrays that grow up to {@link DialectParser#CHOICES_MAX}. */
final class ChoiceCounts {
  /** Running counts as of the choice's last token event; unknown if that event had none. */
  private long[] usageAtEvent = new long[1];

  private long[] timingsAtEvent = new long[1];

  /** What came since the choice's last token event. */
  private long[] idsWaiting = new long[1];

  private long[] logprobsWaiting = new long[1];

  private long[] runningOutput = new long[1];

  /** 0 not seen, 1 seen, 2 finished. */
  private long[] stage = new long[1];

  private int seen;
  private long runningSum;
  private long tokenIds;

  int seen() {
    return seen;
  }

  /** All token ids that came. */
  long tokenIds() {
    return tokenIds;
  }

  void see(int choice) {
    reach(choice);
    if (stage[choice] == 0) {
      stage[choice] = 1;
      seen++;
    }
  }

  private void reach(int choice) {
    int length = choice + 1;
    if (length > stage.length) {
      usageAtEvent = Ascii.grown(usageAtEvent, length, 0);
      timingsAtEvent = Ascii.grown(timingsAtEvent, length, 0);
      idsWaiting = Ascii.grown(idsWaiting, length, 0);
      logprobsWaiting = Ascii.grown(logprobsWaiting, length, 0);
      runningOutput = Ascii.grown(runningOutput, length, 0);
      stage = Ascii.grown(stage, length, 0);
    }
  }

  boolean finishesFirst(int choice) {
    see(choice);
    boolean first = stage[choice] == 1;
    stage[choice] = 2;
    return first;
  }

  void carried(int choice, int ids, int logprobs) {
    tokenIds += ids;
    idsWaiting[choice] += ids;
    logprobsWaiting[choice] += logprobs;
  }

  /** What all choices came to, now that this one came to so many. */
  long runningOutput(int choice, long output) {
    long now = Math.max(0, output);
    runningSum += now - runningOutput[choice];
    runningOutput[choice] = now;
    return runningSum;
  }

  void tokenEvent(
      StreamSink sink, int choice, TokenKind kind, long runningUsage, long runningTimings) {
    long byUsage = growth(usageAtEvent, choice, runningUsage);
    long byIds = taken(idsWaiting, choice);
    long byLogprobs = taken(logprobsWaiting, choice);
    long byTimings = growth(timingsAtEvent, choice, runningTimings);
    if (byUsage > 0) {
      tell(sink, choice, kind, byUsage, TokenBasis.CONTINUOUS_USAGE);
    } else if (byIds > 0) {
      tell(sink, choice, kind, byIds, TokenBasis.TOKEN_IDS);
    } else if (byLogprobs > 0) {
      tell(sink, choice, kind, byLogprobs, TokenBasis.LOGPROBS);
    } else if (byTimings > 0) {
      tell(sink, choice, kind, byTimings, TokenBasis.TIMINGS);
    } else {
      tell(sink, choice, kind, 0, null);
    }
  }

  private static void tell(
      StreamSink sink, int choice, TokenKind kind, long tokens, @Nullable TokenBasis basis) {
    sink.tokenEvent(choice, kind, (int) Math.min(tokens, Integer.MAX_VALUE), basis);
  }

  private static long growth(long[] atEvent, int choice, long running) {
    long before = atEvent[choice];
    atEvent[choice] = running;
    return before < 0 || running < 0 ? 0 : running - before;
  }

  private static long taken(long[] waiting, int choice) {
    long count = waiting[choice];
    waiting[choice] = 0;
    return count;
  }
}
