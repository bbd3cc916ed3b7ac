package dev.streamgauge.timeline;

import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each source says of the tokens of one answer. The first source of {@link TokenSource}'s
 * order that knows the output count wins; what it leaves out comes from the first one that knows
 * it.
 */
final class TokenCounts {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int CACHED_INPUT = 2;
  private static final int CACHE_WRITE_INPUT = 3;
  private static final int REASONING_OUTPUT = 4;
  private static final int KINDS = 5;
  private static final int SOURCES = TokenSource.values().length;

  private static final long[] NOTHING_YET = {};

  /** Most answers tell their counts at their end: until then there is no need for them. */
  private long[] counts = NOTHING_YET;

  void set(
      TokenSource source,
      long input,
      long output,
      long cachedInput,
      long cacheWriteInput,
      long reasoningOutput) {
    set(source, INPUT, input);
    set(source, OUTPUT, output);
    set(source, CACHED_INPUT, cachedInput);
    set(source, CACHE_WRITE_INPUT, cacheWriteInput);
    set(source, REASONING_OUTPUT, reasoningOutput);
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

  private void set(TokenSource source, int kind, long count) {
    if (count >= 0) {
      if (counts.length == 0) {
        counts = new long[SOURCES * KINDS];
        Arrays.fill(counts, StreamSink.UNKNOWN);
      }
      counts[row(source) * KINDS + kind] = count;
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
    return counts.length == 0 ? StreamSink.UNKNOWN : counts[source * KINDS + kind];
  }
}
