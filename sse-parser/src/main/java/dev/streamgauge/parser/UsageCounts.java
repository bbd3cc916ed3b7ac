package dev.streamgauge.parser;

/** The {@code usage} object of OpenAI's dialects, as one frame has it. */
final class UsageCounts {
  private static final byte[] PROMPT_TOKENS = Ascii.bytes("prompt_tokens");
  private static final byte[] COMPLETION_TOKENS = Ascii.bytes("completion_tokens");
  private static final byte[] PROMPT_DETAILS = Ascii.bytes("prompt_tokens_details");
  private static final byte[] COMPLETION_DETAILS = Ascii.bytes("completion_tokens_details");
  private static final byte[] CACHED_TOKENS = Ascii.bytes("cached_tokens");
  private static final byte[] CACHE_HIT_TOKENS = Ascii.bytes("prompt_cache_hit_tokens");
  private static final byte[] REASONING_TOKENS = Ascii.bytes("reasoning_tokens");

  long input;
  long output;
  long cachedInput;
  long reasoningOutput;

  UsageCounts() {
    clear();
  }

  void clear() {
    input = StreamSink.UNKNOWN;
    output = StreamSink.UNKNOWN;
    cachedInput = StreamSink.UNKNOWN;
    reasoningOutput = StreamSink.UNKNOWN;
  }

  /** Whether it says anything: Ollama sends zeros where it has no counts yet. */
  boolean present() {
    return input > 0 || output > 0;
  }

  void read(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(PROMPT_TOKENS)) {
        input = json.readCount();
      } else if (json.nameIs(COMPLETION_TOKENS)) {
        output = json.readCount();
      } else if (json.nameIs(PROMPT_DETAILS)) {
        cachedInput = latest(detail(json, CACHED_TOKENS), cachedInput);
      } else if (json.nameIs(COMPLETION_DETAILS)) {
        reasoningOutput = latest(detail(json, REASONING_TOKENS), reasoningOutput);
      } else if (json.nameIs(CACHE_HIT_TOKENS)) {
        // DeepSeek's own name.
        cachedInput = latest(json.readCount(), cachedInput);
      } else if (json.nameIs(REASONING_TOKENS)) {
        // SGLang's place; the details are more exact where both are.
        reasoningOutput = latest(reasoningOutput, json.readCount());
      } else {
        json.skipValue();
      }
    }
  }

  private static long latest(long count, long otherwise) {
    return count < 0 ? otherwise : count;
  }

  private static long detail(JsonReader json, byte[] name) {
    long count = StreamSink.UNKNOWN;
    if (json.enterObject()) {
      while (json.nextField()) {
        if (json.nameIs(name)) {
          count = json.readCount();
        } else {
          json.skipValue();
        }
      }
    }
    return count;
  }

  /** Takes the other's counts in addition. */
  void add(UsageCounts other) {
    input = DialectParser.sum(input, other.input);
    output = DialectParser.sum(output, other.output);
    cachedInput = DialectParser.sum(cachedInput, other.cachedInput);
    reasoningOutput = DialectParser.sum(reasoningOutput, other.reasoningOutput);
  }

  void tell(StreamSink sink, TokenSource source) {
    sink.usage(source, input, output, cachedInput, StreamSink.UNKNOWN, reasoningOutput);
  }
}
