package dev.streamgauge.parser;

/**
 * The {@code usage} object of OpenAI's dialects, as one frame has it. Responses have the same
 * counts under other names.
 */
final class UsageCounts {

  long input;
  long output;
  long cachedInput;
  long cacheWriteInput;
  long reasoningOutput;

  /** Input and output together; for those that name nothing else. */
  long total;

  UsageCounts() {
    clear();
  }

  void clear() {
    input = StreamSink.UNKNOWN;
    output = StreamSink.UNKNOWN;
    cachedInput = StreamSink.UNKNOWN;
    cacheWriteInput = StreamSink.UNKNOWN;
    reasoningOutput = StreamSink.UNKNOWN;
    total = StreamSink.UNKNOWN;
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
      if (json.nameIs(FieldName.PROMPT_TOKENS) || json.nameIs(FieldName.INPUT_TOKENS)) {
        input = json.readCount();
      } else if (json.nameIs(FieldName.COMPLETION_TOKENS) || json.nameIs(FieldName.OUTPUT_TOKENS)) {
        output = json.readCount();
      } else if (json.nameIs(FieldName.PROMPT_TOKENS_DETAILS)
          || json.nameIs(FieldName.INPUT_TOKENS_DETAILS)) {
        inputDetails(json);
      } else if (json.nameIs(FieldName.COMPLETION_TOKENS_DETAILS)
          || json.nameIs(FieldName.OUTPUT_TOKENS_DETAILS)) {
        reasoningOutput = latest(detail(json, FieldName.REASONING_TOKENS), reasoningOutput);
      } else if (json.nameIs(FieldName.PROMPT_CACHE_HIT_TOKENS)) {
        // DeepSeek's own name.
        cachedInput = latest(json.readCount(), cachedInput);
      } else if (json.nameIs(FieldName.REASONING_TOKENS)) {
        // SGLang's place; the details are more exact where both are.
        reasoningOutput = latest(reasoningOutput, json.readCount());
      } else if (json.nameIs(FieldName.TOTAL_TOKENS)) {
        total = json.readCount();
      } else {
        json.skipValue();
      }
    }
  }

  private void inputDetails(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.CACHED_TOKENS)) {
        cachedInput = latest(json.readCount(), cachedInput);
      } else if (json.nameIs(FieldName.CACHE_WRITE_TOKENS)) {
        cacheWriteInput = latest(json.readCount(), cacheWriteInput);
      } else {
        json.skipValue();
      }
    }
  }

  private static long latest(long count, long otherwise) {
    return count < 0 ? otherwise : count;
  }

  private static long detail(JsonReader json, FieldName name) {
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
    cacheWriteInput = DialectParser.sum(cacheWriteInput, other.cacheWriteInput);
    reasoningOutput = DialectParser.sum(reasoningOutput, other.reasoningOutput);
  }

  void tell(StreamSink sink, TokenSource source) {
    sink.usage(source, input, output, cachedInput, cacheWriteInput, reasoningOutput);
  }
}
