package dev.streamgauge.parser;

/**
 * Ollama's own {@code /api/chat} and {@code /api/generate} as Ollama 0.17 sends them, and SGLang
 * 0.5 in imitation: a JSON object a line.
 *
 * <p>A token event is a line whose text ({@code message.content} or {@code response}), {@code
 * thinking} or list of {@code tool_calls} is not empty. Ollama sends a line for each token, but
 * holds back halves of characters and what may become a tool's call or a stop word: so events are
 * the count of tokens only where nothing better comes, and {@code eval_count} of the last line is
 * better. A tool's call comes whole, of nobody knows how many tokens: from then on events are no
 * count. Nor are SGLang's, known by a {@code done_reason} of null: it sends a line for each step of
 * its own, loses the last one's text and tells no counts.
 *
 * <p>The end marker is {@code "done":true}. Durations are in nanoseconds and left out where they
 * are zero. An {@code {"error":…}} line ends an answer, too, and the body then ends cleanly.
 */
final class OllamaParser extends DialectParser {
  private final OllamaFrame frame = new OllamaFrame();
  private int logprobsWaiting;
  private long tokens;

  /** Each line so far was a token, or said how many. */
  private boolean countable = true;

  OllamaParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    tellModel(frame.modelStart, frame.modelEnd);
    logprobsWaiting += frame.logprobs;
    TokenKind kind = frame.kind;
    if (kind != null) {
      tellPiece(kind);
    }
    tellEnd();
    if (frame.done) {
      endMarkerOnce();
    }
  }

  @Override
  boolean tellAnswer() {
    boolean sound = frame.read(json);
    if (sound) {
      tellModel(frame.modelStart, frame.modelEnd);
      tellEnd();
    }
    return sound;
  }

  private void tellPiece(TokenKind kind) {
    int logprobs = logprobsWaiting;
    logprobsWaiting = 0;
    countable &= logprobs > 0 || (kind != TokenKind.TOOL_CALL && !frame.namesNoReason);
    if (logprobs > 0) {
      sink.tokenEvent(0, kind, logprobs, TokenBasis.LOGPROBS);
    } else if (countable) {
      sink.tokenEvent(0, kind, 1, TokenBasis.EVENTS);
    } else {
      sink.tokenEvent(0, kind, 0, null);
    }
    if (countable) {
      tokens += Math.max(1, logprobs);
      tellCounts(TokenSource.EVENTS, StreamSink.UNKNOWN, tokens);
    }
  }

  private void tellEnd() {
    if (frame.error.present()) {
      sink.error(frame.error.message(json));
      return;
    }
    if (frame.evaluated >= 0 || frame.generated >= 0) {
      tellCounts(TokenSource.ENGINE, frame.evaluated, frame.generated);
    }
    if (frame.hasTimes()) {
      sink.engineTimes(StreamSink.UNKNOWN, frame.prefillNanos, frame.decodeNanos, frame.loadNanos);
    }
    if (frame.reasonEnd > frame.reasonStart) {
      tellFinish(0, frame.reasonStart, frame.reasonEnd);
    }
  }

  private void tellCounts(TokenSource source, long input, long output) {
    sink.usage(source, input, output, StreamSink.UNKNOWN, StreamSink.UNKNOWN, StreamSink.UNKNOWN);
  }
}
