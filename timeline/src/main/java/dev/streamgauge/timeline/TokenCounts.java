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

  /** In the order of precedence. */
  private static final TokenSource[] SOURCES = {
    TokenSource.USAGE, TokenSource.CONTINUOUS_USAGE, TokenSource.ENGINE, TokenSource.EVENTS
  };

  /**
   * By source. Most answers tell their counts at their end and by one source: what did not speak
   * has none.
   */
  private final long[] @Nullable [] counts = new long[SOURCES.length] @Nullable [];

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
    for (int row = 0; row < counts.length; row++) {
      long[] said = counts[row];
      if (said != null && said[TOLD_AT_EVENT] != progress(SOURCES[row], tokenEvents, holes)) {
        forgetOutput(SOURCES[row]);
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
    long[] said = counts[row(source)];
    if (said != null) {
      said[OUTPUT] = StreamSink.UNKNOWN;
      said[REASONING_OUTPUT] = StreamSink.UNKNOWN;
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
    int winner = winner();
    return winner < 0 ? null : SOURCES[winner];
  }

  /**
   * Whether the count that won is at odds with what came.
   *
   * @param carried tokens in the pieces whose size was known
   */
  @Nullable CountConflict conflict(int tokenEvents, long carried) {
    long output = count(OUTPUT);
    if (output < 0) {
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
      long[] said = counts[row(source)];
      if (said == null) {
        said = new long[FIELDS];
        Arrays.fill(said, StreamSink.UNKNOWN);
        counts[row(source)] = said;
      }
      said[kind] = count;
    }
  }

  private @Nullable Long known(int kind) {
    long count = count(kind);
    return count < 0 ? null : (Long) count;
  }

  /** Below 0 where nobody knows it, or nobody anything of input and output. */
  private long count(int kind) {
    int winner = winner();
    if (winner < 0 || at(winner, kind) >= 0) {
      return winner < 0 ? StreamSink.UNKNOWN : at(winner, kind);
    }
    return at(firstThatKnows(kind), kind);
  }

  private int winner() {
    int winner = firstThatKnows(OUTPUT);
    return winner < 0 ? firstThatKnows(INPUT) : winner;
  }

  /** -1 where none does. */
  private int firstThatKnows(int kind) {
    for (int row = 0; row < counts.length; row++) {
      if (at(row, kind) >= 0) {
        return row;
      }
    }
    return -1;
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

  private long at(int row, int kind) {
    long[] said = row < 0 ? null : counts[row];
    return said == null ? StreamSink.UNKNOWN : said[kind];
  }
}
