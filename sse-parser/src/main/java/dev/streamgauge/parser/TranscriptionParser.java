package dev.streamgauge.parser;

/**
 * Transcriptions and translations of speech: in pieces like those of chat as vLLM 0.32 and SGLang
 * 0.5 send them ({@code transcription.chunk}, {@code translation.chunk}), in OpenAI's own events as
 * llama.cpp (xllamacpp 2026.10) does ({@code transcript.text.delta}), or whole.
 *
 * <p>A token event is a piece whose {@code delta.content}, or an event whose {@code delta}, is not
 * empty. {@code transcript.text.done} repeats the text and is none.
 *
 * <p>The end marker is {@code [DONE]} or {@code transcript.text.done}. vLLM hears long speech in
 * parts and names a finish reason for each; the first one is told. {@code usage} of the type {@code
 * duration} has seconds and no counts.
 */
final class TranscriptionParser extends DialectParser {
  private final TranscriptionFrame frame = new TranscriptionFrame();
  private boolean finished;

  TranscriptionParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    frame.error.named(event);
    tellModel(frame.modelStart, frame.modelEnd);
    boolean text = frame.textEnd > frame.textStart;
    if (text) {
      sink.tokenEvent(0, TokenKind.TEXT, 0, null);
    }
    boolean more = tellMore();
    if (text && !more) {
      wasPlain(TokenKind.TEXT, 0, frame.textStart, frame.textEnd);
    }
    if (frame.done) {
      endMarkerOnce();
    }
  }

  @Override
  boolean tellAnswer() {
    boolean sound = frame.read(json) && json.finished();
    if (sound) {
      tellModel(frame.modelStart, frame.modelEnd);
      var _ = tellMore();
    }
    return sound;
  }

  /** Counts, a finish reason, an error; answers whether there was any. */
  private boolean tellMore() {
    boolean counts = frame.usage.present();
    if (counts) {
      boolean last = !frame.running;
      frame.usage.tell(sink, last ? TokenSource.USAGE : TokenSource.CONTINUOUS_USAGE);
    }
    boolean ends = frame.reasonEnd > frame.reasonStart;
    if (ends && !finished) {
      finished = true;
      tellFinish(0, frame.reasonStart, frame.reasonEnd);
    }
    boolean failed = frame.error.present();
    if (failed) {
      sink.error(frame.error.message(json));
    }
    return counts || ends || failed || frame.done;
  }
}
