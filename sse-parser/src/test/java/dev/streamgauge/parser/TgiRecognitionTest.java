package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** TGI shares {@code /generate} with SGLang, and {@code /} with whoever has something there. */
class TgiRecognitionTest {
  private static final String TOKEN =
      "data:{\"index\":1,\"token\":{\"id\":1,\"text\":\"a\",\"logprob\":-0.1,\"special\":false},"
          + "\"generated_text\":null,\"details\":null}\n\n";

  private final EventLog log = new EventLog();

  private ResponseReader read(String path, String type, String body) {
    ResponseReader reader = Answers.open(path, type, null, log);
    Answers.readIn(reader, Answers.utf8(body), Integer.MAX_VALUE);
    return reader;
  }

  private Dialect dialect(String path, String type, String body) {
    return read(path, type, body).dialect();
  }

  @Test
  void aGenerateIsWhoseItsAnswerShows() {
    String json = "application/json";
    assertThat(dialect("/generate", json, "{\"generated_text\":\"a\"}"))
        .isEqualTo(Dialect.TGI_GENERATE);
    assertThat(dialect("/generate", json, "{\"text\":\"a\",\"meta_info\":{\"id\":\"1\"}}"))
        .isEqualTo(Dialect.SGLANG_GENERATE);
    assertThat(dialect("/generate", "text/event-stream", TOKEN)).isEqualTo(Dialect.TGI_GENERATE);
  }

  @Test
  void anErrorsTypeTellsTgisFromSglangs() {
    String sse = "text/event-stream";
    assertThat(
            dialect("/generate", sse, "data:{\"error\":\"e\",\"error_type\":\"overloaded\"}\n\n"))
        .isEqualTo(Dialect.TGI_GENERATE);
    assertThat(dialect("/generate", sse, "data: {\"error\":{\"message\":\"e\"}}\n\n"))
        .isEqualTo(Dialect.SGLANG_GENERATE);
    assertThat(
            dialect(
                "/v1/completions", sse, "data:{\"error\":\"e\",\"error_type\":\"overloaded\"}\n\n"))
        .isEqualTo(Dialect.OPENAI_COMPLETIONS);
  }

  @Test
  void atTheRootOnlyWhatIsTgisIsTgis() {
    assertThat(dialect("/", "text/event-stream", TOKEN)).isEqualTo(Dialect.TGI_GENERATE);
    assertThat(dialect("/", "application/json", "[{\"generated_text\":\"a\"}]"))
        .isEqualTo(Dialect.TGI_GENERATE);
    log.events.clear();
    String rpc = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32600,\"message\":\"no\"}}";
    ResponseReader other = read("/", "application/json", rpc);
    assertThat(other.dialect()).isEqualTo(Dialect.UNKNOWN);
    assertThat(other.readToItsEnd()).isFalse();
    assertThat(log.events).isEmpty();
  }

  @Test
  void theRootGeneratesByPostAlone() {
    assertThat(Operations.of("POST", "/")).isEqualTo(Operation.GENERATE);
    assertThat(Operations.of("GET", "/")).isEqualTo(Operation.OTHER);
    assertThat(Operations.of("POST", "/v1/")).isEqualTo(Operation.OTHER);
  }
}
