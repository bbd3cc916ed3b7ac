package dev.streamgauge.timeline;

import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each source says of the tokens of one answer. The first source of {@link TokenSource}'s
 * order that knows the output count wins; what it leaves out comes from the first one that knows
 * it. What a source said of the output before the answer's last token event is no count of that
 * answer: then the source doesn't know it.
 */
final class TokenCounts {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int CACHED_INPUT = 2;
  private static final int CACHE_WRITE_INPUT = 3;
  private static final int REASONING_OUTPUT = 4;

  /** How far the answer had come when the source last told the output. */
  private static final int TOLD_AT_EVENT = 5;

  private static final int FIELDS = 6;
  private static final int SOURCES = TokenSource.values().length;

  private static final long[] NOTHING_YET = {};

  /** Most answers tell their counts at their end: until then there is no need for them. */
  private long[] counts = NOTHING_YET;

  void set(
      TokenSource source,
      int tokenEvents,
      int holes,
      long input,
      long output,
      long cachedInput,
      long cacheWriteInput,
      long reasoningOutput) {
    if (output >= 0) {
      set(source, TOLD_AT_EVENT, progress(source, tokenEvents, holes));
    }
    set(source, INPUT, input);
    set(source, OUTPUT, output);
    set(source, CACHED_INPUT, cachedInput);
    set(source, CACHE_WRITE_INPUT, cacheWriteInput);
    set(source, REASONING_OUTPUT, reasoningOutput);
  }

  /** At the answer's end, before its counts are asked for. */
  void dropOverrun(int tokenEvents, int holes) {
    for (TokenSource source : TokenSource.values()) {
      int row = row(source) * FIELDS;
      if (counts.length > 0
          && counts[row + TOLD_AT_EVENT] != progress(source, tokenEvents, holes)) {
        forgetOutput(source);
      }
    }
  }

  /** A running count is none of what was not read behind it; the answer's own account is of all. */
  private static int progress(TokenSource source, int tokenEvents, int holes) {
    return source == TokenSource.USAGE ? tokenEvents : tokenEvents + holes;
  }

  /**
   * A part of the answer was not read: what was added up piece by piece is no count of it.
   *
   * @param toItsEnd whether the reading went on behind that part, so that running counts came again
   * @param byTokenIds whether the engine's count is that of the ids which came
   */
  void dropPartial(boolean toItsEnd, boolean byTokenIds) {
    forgetOutput(TokenSource.EVENTS);
    if (!toItsEnd) {
      forgetOutput(TokenSource.CONTINUOUS_USAGE);
    }
    if (!toItsEnd || byTokenIds) {
      forgetOutput(TokenSource.ENGINE);
    }
  }

  private void forgetOutput(TokenSource source) {
    if (counts.length > 0) {
      counts[row(source) * FIELDS + OUTPUT] = StreamSink.UNKNOWN;
      counts[row(source) * FIELDS + REASONING_OUTPUT] = StreamSink.UNKNOWN;
    }
  }

  @Nullable Long input() {
    return known(INPUT);
  }

  @Nullable Long output() {
    return known(OUTPUT);
  }

  @Nullable Long cachedInput() {
    return known(CACHED_INPUT);
  }

  @Nullable Long cacheWriteInput() {
    return known(CACHE_WRITE_INPUT);
  }

  @Nullable Long reasoningOutput() {
    return known(REASONING_OUTPUT);
  }

  @Nullable TokenSource source() {
    for (int kind : new int[] {OUTPUT, INPUT}) {
      for (TokenSource source : TokenSource.values()) {
        if (at(row(source), kind) >= 0) {
          return source;
        }
      }
    }
    return null;
  }

  /**
   * Whether the count that won is at odds with what came.
   *
   * @param carried tokens in the pieces whose size was known
   */
  @Nullable CountConflict conflict(int tokenEvents, long carried) {
    Long output = output();
    if (output == null) {
      return null;
    }
    if (output < carried) {
      return CountConflict.BELOW_CARRIED;
    }
    if (2 * output < tokenEvents) {
      return CountConflict.BELOW_EVENTS;
    }
    long engine = at(row(TokenSource.ENGINE), OUTPUT);
    return engine >= 0 && engine != output ? CountConflict.SOURCES_DIFFER : null;
  }

  private void set(TokenSource source, int kind, long count) {
    if (count >= 0) {
      if (counts.length == 0) {
        counts = new long[SOURCES * FIELDS];
        Arrays.fill(counts, StreamSink.UNKNOWN);
      }
      counts[row(source) * FIELDS + kind] = count;
    }
  }

  private @Nullable Long known(int kind) {
    TokenSource winner = source();
    if (winner == null) {
      return null;
    }
    if (at(row(winner), kind) >= 0) {
      return at(row(winner), kind);
    }
    for (int source = 0; source < SOURCES; source++) {
      if (at(source, kind) >= 0) {
        return at(source, kind);
      }
    }
    return null;
  }

  /** The order of precedence. */
  private static int row(TokenSource source) {
    return switch (source) {
      case USAGE -> 0;
      case CONTINUOUS_USAGE -> 1;
      case ENGINE -> 2;
      case EVENTS -> 3;
    };
  }

  private long at(int source, int kind) {
    return counts.length == 0 ? StreamSink.UNKNOWN : counts[source * FIELDS + kind];
  }
}
