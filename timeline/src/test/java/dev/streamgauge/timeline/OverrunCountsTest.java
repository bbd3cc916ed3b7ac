package dev.streamgauge.timeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.ResponseReader;
import dev.streamgauge.parser.TokenSource;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A count that was told before the answer's last token event is not the answer's. */
final class OverrunCountsTest {
  private static final String DONE = "data: [DONE]\n\n";

  @Test
  void usageThatTokensFollowIsNoCountOfTheOutput() {
    RequestRecord.Generation seen = read(piece("a") + usage(7, 1) + piece("b") + DONE);

    assertThat(seen.outputTokens()).isNull();
    assertThat(seen.reasoningTokens()).isNull();
    assertThat(seen.timePerOutputTokenNanos()).isNull();
    assertThat(seen.inputTokens()).isEqualTo(7);
    assertThat(seen.tokensSource()).isEqualTo(TokenSource.USAGE);
  }

  @Test
  void theLastOfSeveralUsagesCounts() {
    String answer = piece("a") + usage(7, 1) + piece("b") + usage(7, 2) + DONE;

    assertThat(read(answer).outputTokens()).isEqualTo(2);
    assertThat(read(answer).tokensSource()).isEqualTo(TokenSource.USAGE);
  }

  @Test
  void whatIsNoTokenEventMayFollowUsage() {
    String finish =
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    assertThat(read(piece("a") + usage(7, 1) + finish + DONE).outputTokens()).isEqualTo(1);
  }

  /** As vLLM with continuous_usage_stats, with and without its total at the end. */
  @Test
  void runningUsageInEachPieceStaysExact() {
    String pieces = running("a", 1) + running("bc", 3);

    assertThat(read(pieces).outputTokens()).isEqualTo(3);
    assertThat(read(pieces).tokensSource()).isEqualTo(TokenSource.CONTINUOUS_USAGE);
    assertThat(read(pieces + usage(7, 3) + DONE).outputTokens()).isEqualTo(3);
    assertThat(read(pieces + usage(7, 3) + DONE).tokensSource()).isEqualTo(TokenSource.USAGE);
  }

  @Test
  void runningUsageThatStopsIsNoCount() {
    assertThat(read(running("a", 1) + piece("b") + DONE).outputTokens()).isNull();
  }

  @Test
  void theNextSourceThatKnowsTheWholeAnswerTakesOver() {
    RequestRecord.Generation seen =
        read(piece("a") + usage(7, 1) + running("b", 2) + running("c", 3) + DONE);

    assertThat(seen.outputTokens()).isEqualTo(3);
    assertThat(seen.tokensSource()).isEqualTo(TokenSource.CONTINUOUS_USAGE);
  }

  private static String piece(String text) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
  }

  private static String running(String text, int output) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + text
        + "\"}}],\"usage\":"
        + counts(7, output)
        + "}\n\n";
  }

  private static String usage(int input, int output) {
    return "data: {\"choices\":[],\"usage\":" + counts(input, output) + "}\n\n";
  }

  private static String counts(int input, int output) {
    return "{\"prompt_tokens\":"
        + input
        + ",\"completion_tokens\":"
        + output
        + ",\"completion_tokens_details\":{\"reasoning_tokens\":1}}";
  }

  private static RequestRecord.Generation read(String answer) {
    TokenTimeline tokens = new TokenTimeline(RequestTimelineTest.SETTINGS);
    byte[] asked = "{\"stream\":true}".getBytes(StandardCharsets.UTF_8);
    RequestFacts facts = RequestReader.read("POST", "/v1/chat/completions", asked, 0, asked.length);
    ResponseReader reader =
        ResponseReader.open(
            facts,
            200,
            "text/event-stream",
            null,
            null,
            ReaderLimits.defaults(),
            new PatternPool(1),
            tokens);
    long readNanos = 0;
    for (String event : answer.split("(?<=\n\n)", -1)) {
      byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
      readNanos += 1_000_000;
      tokens.readAt(readNanos, false);
      reader.read(bytes, 0, bytes.length);
    }
    reader.end();
    reader.close();
    return requireNonNull(tokens.generation(true, false));
  }
}
