package dev.streamgauge.parser;

/**
 * Anthropic's {@code usage}, over all events that bring one: what a later one names replaces what
 * an earlier one said. {@code input_tokens} is what was neither read from the cache nor written to
 * it; told is the sum of the three.
 */
final class MessagesUsage {
  private long fresh = StreamSink.UNKNOWN;
  private long cacheRead = StreamSink.UNKNOWN;
  private long cacheWrite = StreamSink.UNKNOWN;
  private long output = StreamSink.UNKNOWN;

  /**
   * Reads an object.
   *
   * @param last whether its output count is that of the answer: at the start of a stream it is a
   *     placeholder
   */
  void read(JsonReader json, boolean last) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.INPUT_TOKENS)) {
        fresh = latest(json.readCount(), fresh);
      } else if (json.nameIs(FieldName.CACHE_READ_INPUT_TOKENS)) {
        cacheRead = latest(json.readCount(), cacheRead);
      } else if (json.nameIs(FieldName.CACHE_CREATION_INPUT_TOKENS)) {
        cacheWrite = latest(json.readCount(), cacheWrite);
      } else if (json.nameIs(FieldName.OUTPUT_TOKENS)) {
        long count = json.readCount();
        output = last ? latest(count, output) : output;
      } else {
        json.skipValue();
      }
    }
  }

  private static long latest(long count, long otherwise) {
    return count < 0 ? otherwise : count;
  }

  void tell(StreamSink sink) {
    long input = DialectParser.sum(DialectParser.sum(fresh, cacheRead), cacheWrite);
    if (input > 0 || output > 0) {
      sink.usage(TokenSource.USAGE, input, output, cacheRead, cacheWrite, StreamSink.UNKNOWN);
    }
  }
}
