package dev.streamgauge.cli.simulate;

/** llama.cpp's {@code timings}. */
final class LlamaTimings {
  /** The comment that llama.cpp sends while a prompt is read. */
  static final byte[] KEEP_ALIVE = Template.utf8(":\n\n");

  private LlamaTimings() {}

  /** Piece {@code number} of the prompt's progress. */
  static String progress(AnswerPlan plan, int number, double promptMillis) {
    return ",\"prompt_progress\":{\"total\":"
        + plan.promptTokens()
        + ",\"cache\":0,\"processed\":"
        + plan.promptTokens() * number / AnswerShape.PROGRESS_PIECES
        + ",\"time_ms\":"
        + Math.round(promptMillis * number / AnswerShape.PROGRESS_PIECES)
        + "}";
  }

  static String field(AnswerPlan plan, AnswerShape.AnswerTimes times) {
    long prompt = plan.promptTokens();
    long predicted = plan.tokens();
    double promptMillis = rounded(times.promptMillis());
    double predictedMillis = rounded(times.predictedMillis());
    return ",\"timings\":{\"cache_n\":0,\"prompt_n\":"
        + prompt
        + ",\"prompt_ms\":"
        + promptMillis
        + ",\"prompt_per_token_ms\":"
        + promptMillis / prompt
        + ",\"prompt_per_second\":"
        + prompt * 1000.0 / promptMillis
        + ",\"predicted_n\":"
        + predicted
        + ",\"predicted_ms\":"
        + predictedMillis
        + ",\"predicted_per_token_ms\":"
        + predictedMillis / predicted
        + ",\"predicted_per_second\":"
        + predicted * 1000.0 / predictedMillis
        + "}";
  }

  /** Whole microseconds, at least one, so that no rate divides by zero. */
  private static double rounded(double millis) {
    return Math.max(1, Math.round(millis * 1000)) / 1000.0;
  }
}
