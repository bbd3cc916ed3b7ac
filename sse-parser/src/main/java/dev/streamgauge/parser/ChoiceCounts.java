package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Counts by choice, in one small array that grows up to {@link DialectParser#CHOICES_MAX} choices:
 * each open stream has one, and an array for each count would be mostly headers.
 */
final class ChoiceCounts {
  /** Running counts as of the choice's last token event; unknown if that event had none. */
  private static final int USAGE_AT_EVENT = 0;

  private static final int TIMINGS_AT_EVENT = 1;

  /** What came since the choice's last token event. */
  private static final int IDS_WAITING = 2;

  private static final int LOGPROBS_WAITING = 3;
  private static final int RUNNING_OUTPUT = 4;

  /** 0 not seen, 1 seen, 2 finished. */
  private static final int STAGE = 5;

  private static final int FIELDS = 6;

  private long[] counts = new long[FIELDS];
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
    counts = Ascii.grown(counts, (choice + 1) * FIELDS, 0);
    int stage = choice * FIELDS + STAGE;
    if (counts[stage] == 0) {
      counts[stage] = 1;
      seen++;
    }
  }

  boolean finishesFirst(int choice) {
    see(choice);
    int stage = choice * FIELDS + STAGE;
    boolean first = counts[stage] == 1;
    counts[stage] = 2;
    return first;
  }

  void carried(int choice, int ids, int logprobs) {
    tokenIds += ids;
    counts[choice * FIELDS + IDS_WAITING] += ids;
    counts[choice * FIELDS + LOGPROBS_WAITING] += logprobs;
  }

  /** What all choices came to, now that this one came to so many. */
  long runningOutput(int choice, long output) {
    int at = choice * FIELDS + RUNNING_OUTPUT;
    long now = Math.max(0, output);
    runningSum += now - counts[at];
    counts[at] = now;
    return runningSum;
  }

  void tokenEvent(
      StreamSink sink, int choice, TokenKind kind, long runningUsage, long runningTimings) {
    long byUsage = growth(choice, USAGE_AT_EVENT, runningUsage);
    long byIds = taken(choice, IDS_WAITING);
    long byLogprobs = taken(choice, LOGPROBS_WAITING);
    long byTimings = growth(choice, TIMINGS_AT_EVENT, runningTimings);
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

  private long growth(int choice, int field, long running) {
    int at = choice * FIELDS + field;
    long before = counts[at];
    counts[at] = running;
    return before < 0 || running < 0 ? 0 : running - before;
  }

  private long taken(int choice, int field) {
    int at = choice * FIELDS + field;
    long count = counts[at];
    counts[at] = 0;
    return count;
  }
}
