package dev.streamgauge.parser;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names of JSON fields that are looked for, found by one look into a table. */
enum FieldName {
  ARGUMENTS,
  AUDIO,
  CACHED_TOKENS,
  CACHE_CREATION_INPUT_TOKENS,
  CACHE_N,
  CACHE_READ_INPUT_TOKENS,
  CACHE_WRITE_TOKENS,
  CHOICES,
  CODE,
  COMPLETION_TOKENS,
  COMPLETION_TOKENS_DETAILS,
  CONTENT,
  CONTENT_BLOCK,
  DATA,
  DELTA,
  DONE,
  DONE_REASON,
  ERROR,
  EVAL_COUNT,
  EVAL_DURATION,
  FINISH_REASON,
  FUNCTION,
  FUNCTION_CALL,
  INCOMPLETE_DETAILS,
  INDEX,
  INPUT_TOKENS,
  INPUT_TOKENS_DETAILS,
  LOAD_DURATION,
  LOGPROBS,
  MESSAGE,
  MODEL,
  NAME,
  OBJECT,
  OUTPUT_TOKENS,
  OUTPUT_TOKENS_DETAILS,
  PARTIAL_JSON,
  PREDICTED_MS,
  PREDICTED_N,
  PROMPT_CACHE_HIT_TOKENS,
  PROMPT_EVAL_COUNT,
  PROMPT_EVAL_DURATION,
  PROMPT_MS,
  PROMPT_N,
  PROMPT_PROGRESS,
  PROMPT_TOKENS,
  PROMPT_TOKENS_DETAILS,
  REASON,
  REASONING,
  REASONING_CONTENT,
  REASONING_TOKENS,
  REFUSAL,
  RESPONSE,
  ROLE,
  STATUS,
  STOP,
  STOPPED_LIMIT,
  STOP_REASON,
  STOP_TYPE,
  STREAM,
  SYSTEM_FINGERPRINT,
  TEXT,
  THINKING,
  TIMINGS,
  TOKENS,
  TOKENS_EVALUATED,
  TOKENS_PREDICTED,
  TOKEN_IDS,
  TOOL_CALLS,
  TRANSCRIPT,
  TYPE,
  USAGE;

  private static final WordTable<FieldName> TABLE =
      WordTable.of(List.of(values()), name -> name.name().toLowerCase(Locale.ROOT));

  /** Null for a name that nobody looks for. */
  static @Nullable FieldName of(byte[] bytes, int start, int end) {
    return TABLE.find(bytes, start, end);
  }
}
