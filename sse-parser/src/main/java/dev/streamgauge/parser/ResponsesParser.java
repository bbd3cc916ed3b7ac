package dev.streamgauge.parser;

/**
 * OpenAI's Responses as vLLM 0.32, SGLang 0.5, llama.cpp and Ollama 0.17 send them.
 *
 * <p>A token event is a delta of text, reasoning (summaries too), a refusal, a tool's arguments,
 * input or code, or audio that is not empty. An item's opening, with a tool's name, is structure,
 * and so is everything that repeats a finished part.
 *
 * <p>The end marker is the event that brings the response as it came out: {@code
 * response.completed}, {@code .incomplete}, {@code .failed} or {@code .cancelled}; a {@code [DONE]}
 * behind it says nothing more. How it ended is the response's {@code status} and not the event's
 * name, since vLLM sends {@code response.completed} with the status incomplete, too.
 *
 * <p>Usage comes with the end; {@code input_tokens} has the cached ones in it. llama.cpp's {@code
 * timings} stand beside it or in it.
 */
final class ResponsesParser extends DialectParser {
  private final ResponsesFrame frame = new ResponsesFrame();
  private boolean finished;

  ResponsesParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readsNamedEvents() {
    return true;
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    TokenKind kind = frame.event.kind;
    if (kind != null) {
      if (frame.hasDelta()) {
        sink.tokenEvent(0, kind, 0, null);
        wasPlain(kind, 0, frame.deltaStart, frame.deltaEnd);
      }
    } else if (frame.event.ends()) {
      tellResponse();
      endMarkerOnce();
    } else if (frame.event == ResponsesEvent.ERROR || event.is(ErrorText.ERROR)) {
      frame.error.named(event);
      sink.error(frame.error.message(json));
    } else {
      tellModel(frame.response.modelStart, frame.response.modelEnd);
    }
  }

  @Override
  boolean tellAnswer() {
    boolean sound = frame.readResponse(json);
    if (sound) {
      tellResponse();
    }
    return sound;
  }

  private void tellResponse() {
    ResponseObject response = frame.response;
    tellModel(response.modelStart, response.modelEnd);
    if (response.usage.present()) {
      response.usage.tell(sink, TokenSource.USAGE);
    }
    if (frame.timings.present()) {
      frame.timings.tell(sink);
    }
    if (!finished && response.hasStatus()) {
      finished = true;
      response.tellFinish(json, sink);
    }
    if (response.failed()) {
      sink.error(response.error.message(json));
    }
  }
}
