package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.simulate.RawExchange.End;
import dev.streamgauge.cli.simulate.RawExchange.Reply;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In TGI's own dialect the product's own reader finds what was simulated. */
@Timeout(60)
final class SimulatedTgiTest {
  private static final String QUICK = "ttft=1ms;itl=1ms;";

  private static Reply ask(String path, String wishes, String parameters) throws IOException {
    boolean streams = !path.equals("/generate");
    String body =
        "{\"inputs\":\"a b c\",\"stream\":" + streams + ",\"parameters\":{" + parameters + "}}";
    try (Simulator simulator = new Simulator(SimulatorSettings.defaults())) {
      return RawExchange.post(simulator.start(), path, QUICK + wishes, body);
    }
  }

  private static ReadAnswer read(String path, Reply reply) {
    ReadAnswer answer = ReadAnswer.of(path, reply);
    assertThat(answer.malformed).isZero();
    assertThat(answer.dialect).isEqualTo(Dialect.TGI_GENERATE);
    return answer;
  }

  @ParameterizedTest
  @CsvSource({"/generate_stream", "/"})
  void aStreamHasItsTokensAndItsEnd(String path) throws IOException {
    Reply reply = ask(path, "tokens=7", "");
    ReadAnswer answer = read(path, reply);

    assertThat(reply.end()).isEqualTo(End.CLEAN);
    assertThat(answer.events).hasSize(7).containsOnly(TokenKind.TEXT);
    assertThat(answer.bases).containsOnly(TokenBasis.EVENTS);
    assertThat(answer.output).containsOnlyKeys(TokenSource.EVENTS);
    assertThat(answer.output).containsEntry(TokenSource.EVENTS, 7L);
    assertThat(answer.finish).isNull();
    assertThat(answer.ended).isTrue();
  }

  @Test
  void detailsSayTheSameAndWhyItEnded() throws IOException {
    ReadAnswer answer =
        read("/generate_stream", ask("/generate_stream", "tokens=7", "\"details\":true"));

    assertThat(answer.output)
        .containsEntry(TokenSource.EVENTS, 7L)
        .containsEntry(TokenSource.ENGINE, 7L);
    assertThat(answer.input).containsKey(TokenSource.ENGINE);
    assertThat(answer.finish).isEqualTo(FinishReason.STOP);
  }

  @Test
  void severalTokensOfOneReadAreSeveralEvents() throws IOException {
    Reply reply = ask("/generate_stream", "tokens=7;tokens_per_chunk=4", "");
    assertThat(reply.chunks()).hasSize(2);
    assertThat(read("/generate_stream", reply).events).hasSize(7);
  }

  @Test
  void theRequestsOwnLimitEndsTheAnswer() throws IOException {
    String parameters = "\"max_new_tokens\":4,\"details\":true";
    ReadAnswer answer = read("/", ask("/", "", parameters));
    assertThat(answer.events).hasSize(4);
    assertThat(answer.finish).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aWholeAnswersHeadCountsIt() throws IOException {
    ReadAnswer answer = read("/generate", ask("/generate", "tokens=7", ""));
    assertThat(answer.output).containsEntry(TokenSource.ENGINE, 7L);
    assertThat(answer.input).containsKey(TokenSource.ENGINE);
    assertThat(answer.queueNanos).isZero();
    assertThat(answer.finish).isNull();

    ReadAnswer detailed = read("/generate", ask("/generate", "tokens=7", "\"details\":true"));
    assertThat(detailed.output).containsEntry(TokenSource.ENGINE, 7L);
    assertThat(detailed.finish).isEqualTo(FinishReason.STOP);
  }

  @Test
  void anErrorInAStreamIsReadAndATruncatedOneIsNot() throws IOException {
    for (String fault : new String[] {"error_in_stream", "truncate", "cut", "reset"}) {
      Reply reply = ask("/generate_stream", "tokens=7;after=2;fault=" + fault, "");
      ReadAnswer answer = read("/generate_stream", reply);

      assertThat(answer.events).hasSize(2);
      assertThat(answer.ended).isFalse();
      assertThat(answer.error != null).isEqualTo(fault.equals("error_in_stream"));
    }
  }
}
