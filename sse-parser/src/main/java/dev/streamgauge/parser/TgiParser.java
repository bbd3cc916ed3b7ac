package dev.streamgauge.parser;

/**
 * The own routes of Hugging Face's text-generation-inference 1.0 to 3.3: {@code /generate_stream},
 * {@code /generate} and {@code /}.
 *
 * <p>A token event is an event with a {@code token}, which stands for exactly one, whatever its
 * text: empty for half a character, {@code "</s>"} for a special one. That holds for the last
 * event, too, which carries the last token beside the {@code generated_text}: why it is the last
 * stands in {@code details}, which come only to those who asked, and whether a token counts can't
 * depend on that. So events are the count of tokens; {@code details} have the engine's own, equal
 * one, and of 2.3 and later the prompt's.
 *
 * <p>The end marker is the event whose {@code generated_text} is a string, be it empty. An {@code
 * {"error":…,"error_type":…}} event ends a stream, too, and the body then ends cleanly.
 *
 * <p>A whole answer is one object, or at {@code /} a list of one; of several the counts are added
 * up. The sequences that {@code best_of} drew beside the answer add to its count where {@code
 * details} list them.
 */
final class TgiParser extends DialectParser {
  private final TgiFrame frame = new TgiFrame();
  private long tokens;
  private long input = StreamSink.UNKNOWN;
  private long output = StreamSink.UNKNOWN;

  TgiParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    frame.error.named(event);
    if (frame.token) {
      tokens++;
      sink.tokenEvent(0, TokenKind.TEXT, 1, TokenBasis.EVENTS);
      tellCounts(TokenSource.EVENTS, StreamSink.UNKNOWN, tokens);
    }
    tellEnd();
    if (frame.ended) {
      endMarkerOnce();
    }
  }

  @Override
  boolean tellAnswer() {
    if (json.peek() != JsonKind.ARRAY) {
      return tellOne();
    }
    json.enterArray();
    boolean sound = true;
    while (sound && json.nextElement()) {
      sound = tellOne();
    }
    return sound && !json.failed();
  }

  private boolean tellOne() {
    boolean sound = frame.read(json);
    if (sound) {
      tellEnd();
    }
    return sound;
  }

  private void tellEnd() {
    if (frame.error.present()) {
      sink.error(frame.error.message(json));
      return;
    }
    if (frame.generated >= 0) {
      input = sum(input, frame.input);
      output = sum(output, sum(frame.generated, frame.generatedBeside));
      tellCounts(TokenSource.ENGINE, input, output);
    }
    if (frame.reasonEnd > frame.reasonStart) {
      tellFinish(0, frame.reasonStart, frame.reasonEnd);
    }
  }

  private void tellCounts(TokenSource source, long input, long output) {
    sink.usage(source, input, output, StreamSink.UNKNOWN, StreamSink.UNKNOWN, StreamSink.UNKNOWN);
  }
}
