package dev.streamgauge.parser;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names of JSON fields that are looked for, found by one look into a table. */
enum FieldName {
  ARGUMENTS,
  AUDIO,
  CACHED_TOKENS,
  CACHE_N,
  CHOICES,
  COMPLETION_TOKENS,
  COMPLETION_TOKENS_DETAILS,
  CONTENT,
  DATA,
  DELTA,
  ERROR,
  FINISH_REASON,
  FUNCTION,
  FUNCTION_CALL,
  INDEX,
  LOGPROBS,
  MESSAGE,
  MODEL,
  NAME,
  OBJECT,
  PREDICTED_MS,
  PREDICTED_N,
  PROMPT_CACHE_HIT_TOKENS,
  PROMPT_MS,
  PROMPT_N,
  PROMPT_PROGRESS,
  PROMPT_TOKENS,
  PROMPT_TOKENS_DETAILS,
  REASONING,
  REASONING_CONTENT,
  REASONING_TOKENS,
  REFUSAL,
  ROLE,
  STOP,
  STOPPED_LIMIT,
  STOP_TYPE,
  STREAM,
  SYSTEM_FINGERPRINT,
  TEXT,
  TIMINGS,
  TOKENS,
  TOKENS_EVALUATED,
  TOKENS_PREDICTED,
  TOKEN_IDS,
  TOOL_CALLS,
  TRANSCRIPT,
  TYPE,
  USAGE;

  /** A power of two, four times the names: mostly the first place is the right or an empty one. */
  private static final int PLACES = Integer.highestOneBit(values().length * 4);

  private static final @Nullable FieldName[] TABLE = table();

  @SuppressWarnings("ImmutableEnumChecker") // never handed out nor written to
  private final byte[] ascii = Ascii.bytes(name().toLowerCase(Locale.ROOT));

  /** Null for a name that nobody looks for. */
  static @Nullable FieldName of(byte[] bytes, int start, int end) {
    if (start == end) {
      return null;
    }
    int place = place(bytes[start], bytes[end - 1], end - start);
    FieldName found = TABLE[place];
    while (found != null && !Ascii.equal(bytes, start, end, found.ascii)) {
      place = (place + 1) & (PLACES - 1);
      found = TABLE[place];
    }
    return found;
  }

  private static int place(byte first, byte last, int length) {
    return (first * 5 + last * 11 + length * 3) & (PLACES - 1);
  }

  private static @Nullable FieldName[] table() {
    @Nullable FieldName[] table = new @Nullable FieldName[PLACES];
    for (FieldName each : values()) {
      byte[] ascii = each.ascii;
      int place = place(ascii[0], ascii[ascii.length - 1], ascii.length);
      while (table[place] != null) {
        place = (place + 1) & (PLACES - 1);
      }
      table[place] = each;
    }
    return table;
  }
}
