package dev.streamgauge.parser;

/**
 * Answers of pooling models: OpenAI's embeddings, Ollama's {@code /api/embed} and {@code
 * /api/embeddings}, rerankers' in the forms of Jina and Cohere, and the engines' own scores,
 * classes and vectors, as vLLM 0.32, SGLang 0.5, llama.cpp (xllamacpp 2026.10), Ollama 0.17 and
 * text-embeddings-inference send them. They come whole, as {@link SkimmingFramer} leaves them.
 *
 * <p>There is no token event: nothing is generated. The counts are those of the input, from {@code
 * usage} (its {@code total_tokens}, where it names no other), Cohere's {@code meta.billed_units},
 * Ollama's {@code prompt_eval_count} or SGLang's {@code meta_info}, added up over a batch. Zeros,
 * which llama.cpp sent before it counted, are none.
 */
final class PoolingParser extends DialectParser {
  private final PoolingFrame frame = new PoolingFrame();

  PoolingParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    tell();
  }

  @Override
  boolean tellAnswer() {
    boolean sound = frame.read(json) && json.finished();
    if (sound) {
      tell();
    }
    return sound;
  }

  private void tell() {
    tellModel(frame.modelStart, frame.modelEnd);
    tellCounts();
    if (frame.loadNanos >= 0) {
      long unknown = StreamSink.UNKNOWN;
      sink.engineTimes(unknown, unknown, unknown, frame.loadNanos);
    }
    if (frame.error.present()) {
      sink.error(frame.error.message(json));
    }
  }

  private void tellCounts() {
    UsageCounts usage = frame.usage;
    if (usage.input < 0) {
      usage.input = usage.total;
    }
    if (usage.input > 0) {
      usage.tell(sink, TokenSource.USAGE);
    }
    if (frame.evaluated > 0) {
      long unknown = StreamSink.UNKNOWN;
      sink.usage(TokenSource.ENGINE, frame.evaluated, unknown, frame.cached, unknown, unknown);
    }
  }
}
