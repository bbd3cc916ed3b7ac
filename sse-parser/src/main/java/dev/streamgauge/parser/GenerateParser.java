package dev.streamgauge.parser;

import java.util.BitSet;

/**
 * The engines' own gRPC: {@code Generate} of vLLM 0.32, SGLang 0.5 and TensorRT-LLM 1.x, which send
 * a {@code chunk} for each step and a {@code complete} at the end of each choice.
 *
 * <p>A token event is a chunk with token ids; they are what is new. A {@code complete} repeats the
 * last ids (vLLM) or all of them (TensorRT-LLM): it is a token event only where no chunk came
 * before, as in an answer that was not asked for as a stream.
 *
 * <p>Tokens are counted by SGLang's and TensorRT-LLM's {@code completion_tokens}, which are those
 * of the choice so far. vLLM's are those of one message, the last one included: there the ids are
 * counted. Where SGLang's {@code reasoning_tokens} are all that there is so far, the token was one
 * of thinking.
 *
 * <p>Each choice ends with its {@code complete}; errors are the call's status, or, in earlier
 * versions, an {@code error} in place of a chunk.
 */
final class GenerateParser extends GrpcParser {
  private static final int ERROR_CHARS_MAX = 256;

  private final GenerateFields fields;
  private final GenerateFrame frame = new GenerateFrame();
  private final ChoiceCounts counts = new ChoiceCounts();
  private final BitSet choicesWithTokens = new BitSet();

  GenerateParser(GenerateFields fields, StreamSink sink) {
    super(sink);
    this.fields = fields;
  }

  @Override
  void readMessage(boolean streamed) {
    frame.read(proto, fields);
  }

  @Override
  void tellMessage(boolean streamed) {
    if (frame.piece) {
      counts.see(frame.choice);
      tellTokens();
      tellCounts();
    }
    if (frame.complete) {
      frame.perf.tell(sink);
      tellFinish();
    }
    if (frame.errorEnd > frame.errorStart) {
      sink.error(proto.text(frame.errorStart, frame.errorEnd, ERROR_CHARS_MAX));
    }
  }

  private void tellTokens() {
    boolean repeats = frame.complete && choicesWithTokens.get(frame.choice);
    if (frame.tokenIds > 0 && !repeats) {
      choicesWithTokens.set(frame.choice);
      counts.carried(frame.choice, frame.tokenIds, 0);
      counts.tokenEvent(sink, frame.choice, kind(), StreamSink.UNKNOWN, StreamSink.UNKNOWN);
    }
  }

  private TokenKind kind() {
    boolean onlyThought =
        frame.reasoningTokens > 0 && frame.reasoningTokens >= frame.completionTokens;
    return onlyThought ? TokenKind.REASONING : TokenKind.TEXT;
  }

  private void tellCounts() {
    long output = counts.tokenIds();
    if (fields.countsCumulate() && frame.completionTokens > 0) {
      output = counts.runningOutput(frame.choice, frame.completionTokens);
    }
    if (output > 0) {
      sink.usage(
          TokenSource.ENGINE,
          frame.promptTokens,
          output,
          frame.cachedTokens,
          StreamSink.UNKNOWN,
          frame.reasoningTokens);
    }
  }

  private void tellFinish() {
    if (!counts.finishesFirst(frame.choice)) {
      return;
    }
    if (frame.reasonEnd > frame.reasonStart) {
      String raw = proto.text(frame.reasonStart, frame.reasonEnd, DialectParser.REASON_CHARS_MAX);
      sink.finished(frame.choice, FinishWords.meaning(raw), raw);
    } else {
      endMarkerOnce();
    }
  }
}
