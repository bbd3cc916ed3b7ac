package dev.streamgauge.cli.replay;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where our figures are meant to differ from the independent reading's: some of its definitions are
 * not ours. Each entry was checked against the recorded bytes.
 *
 * @param moreEvents how many token events more than there we find
 * @param usages how many usages of the same size as the reading's our counts add up
 * @param counts what we find instead; null where it is the same, or a multiple
 */
record KnownDifference(
    String file, int moreEvents, int usages, @Nullable Counts counts, String reason) {
  /** Null for a count that is not known. */
  record Counts(@Nullable Long input, @Nullable Long output) {}

  private static final String EMPTY_TEXT =
      "vLLM and SGLang send a completion's empty text, with no finish reason, for a token that"
          + " completes no character: a token event by contract, left out by the reading";
  private static final String EMPTY_TOOL_CALL =
      "SGLang sends tool_calls deltas whose name is null and whose arguments are empty: counted by"
          + " the reading, none by contract";
  private static final String A_USAGE_A_CHOICE =
      "llama.cpp sends a usage for each choice: the reading has the last one, we the sum";

  private static final String CACHED_INPUT =
      "Anthropic's input_tokens leaves out the cached ones: the reading has it as it is, ours is the"
          + " whole input";
  private static final String OUTPUT_PLACEHOLDER =
      "the client left before message_delta: message_start's output_tokens is a placeholder, not a"
          + " count";
  private static final String WHOLE_GENERATE =
      "the reading takes no counts from whole answers of SGLang's /generate";

  private static final String TOKENS_OF_ONE_MESSAGE =
      "vLLM's gRPC completion_tokens are those of the last message: we count the token ids";

  private static final KnownDifference[] ALL = {
    emptyText("sglang__completions__stream.jsonl", 2),
    emptyText("sglang__completions__stream_n2.jsonl", 1),
    emptyText("sglang__completions__stream_2prompts.jsonl", 1),
    emptyText("sglang__completions__stream_echo.jsonl", 1),
    emptyText("sglang__generate__stream.jsonl", 1),
    emptyText("vllm__completions__stream_usage.jsonl", 1),
    emptyText("vllm__completions__stream_n2.jsonl", 4),
    emptyText("vllm__completions__stream_2prompts.jsonl", 1),
    emptyText("vllm__completions__stream_tokenids.jsonl", 1),
    emptyText("vllm__completions__stream_continuous_usage.jsonl", 1),
    emptyToolCall("sglang__chat__stream_tool_required.jsonl", 3),
    emptyToolCall("sglang__chat__stream_tool_named.jsonl", 2),
    twoUsages("llamacpp__chat__stream_n2.jsonl"),
    twoUsages("llamacpp__completions__stream_n2.jsonl"),
    twoUsages("llamacpp__completions__stream_2prompts.jsonl"),
    counts("llamacpp__messages__nonstream.jsonl", 23L, 24L, CACHED_INPUT),
    counts("llamacpp__messages__stream_abort.jsonl", 23L, null, CACHED_INPUT),
    counts("sglang__generate__nonstream.jsonl", 7L, 24L, WHOLE_GENERATE),
    counts("vllm__messages__stream_abort.jsonl", 23L, null, OUTPUT_PLACEHOLDER),
    counts("vllm-grpc__Generate__stream_text.jsonl", 7L, 24L, TOKENS_OF_ONE_MESSAGE),
    counts("vllm-grpc__Generate__stream_long256.jsonl", 20L, 256L, TOKENS_OF_ONE_MESSAGE),
  };

  static @Nullable KnownDifference of(String file) {
    return Arrays.stream(ALL).filter(known -> known.file.equals(file)).findFirst().orElse(null);
  }

  private static KnownDifference emptyText(String file, int events) {
    return new KnownDifference(file, events, 1, null, EMPTY_TEXT);
  }

  private static KnownDifference emptyToolCall(String file, int events) {
    return new KnownDifference(file, -events, 1, null, EMPTY_TOOL_CALL);
  }

  private static KnownDifference twoUsages(String file) {
    return new KnownDifference(file, 0, 2, null, A_USAGE_A_CHOICE);
  }

  private static KnownDifference counts(
      String file, @Nullable Long input, @Nullable Long output, String reason) {
    return new KnownDifference(file, 0, 1, new Counts(input, output), reason);
  }
}
