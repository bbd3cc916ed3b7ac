package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * What TGI 1.0 to 3.3 says in the head of a whole answer, at its own routes and at OpenAI's:
 * counts, and times in whole milliseconds. A stream's head is sent before any of that is known.
 *
 * <p>Of the times only the queue's is told: {@code x-inference-time} has the prefill and the decode
 * in one. {@code /v1/completions} adds up the figures of its prompts, which is right for counts and
 * no one's waiting; it is known by leaving out {@code x-compute-time}.
 */
final class TgiHeaders {
  private static final int DIGITS_MAX = 12;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long input;
  private final long output;
  private final long queueMillis;

  private TgiHeaders(ResponseHeaders headers) {
    this.input = number(headers.header("x-prompt-tokens"));
    this.output = number(headers.header("x-generated-tokens"));
    boolean ofOnePrompt = headers.header("x-compute-time") != null;
    this.queueMillis = ofOnePrompt ? number(headers.header("x-queue-time")) : StreamSink.UNKNOWN;
  }

  /** Null if the answer is no answer of TGI's. */
  static @Nullable TgiHeaders of(ResponseHeaders headers) {
    return headers.header("x-compute-type") == null ? null : new TgiHeaders(headers);
  }

  void tell(StreamSink sink) {
    long unknown = StreamSink.UNKNOWN;
    if (input >= 0 || output >= 0) {
      sink.usage(TokenSource.ENGINE, input, output, unknown, unknown, unknown);
    }
    if (queueMillis >= 0) {
      sink.engineTimes(queueMillis * NANOS_PER_MILLI, unknown, unknown, unknown);
    }
  }

  private static long number(@Nullable String value) {
    if (value == null || value.isEmpty() || value.length() > DIGITS_MAX) {
      return StreamSink.UNKNOWN;
    }
    long number = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return StreamSink.UNKNOWN;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
