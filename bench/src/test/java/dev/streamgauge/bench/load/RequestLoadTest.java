package dev.streamgauge.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLoadTest {
  private static final int ANSWERS = 40;
  private static final int TRIES_MAX = 600;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void clientAndUpstreamUnderstandEachOther(boolean keepAlive) throws IOException {
    try (UnaryUpstream upstream = new UnaryUpstream();
        RequestClient client = new RequestClient(upstream.port(), 500, keepAlive)) {
      client.open(4, 0);
      Round round = client.measure(0);
      for (int i = 0; i < TRIES_MAX && round.answers() < ANSWERS; i++) {
        round = client.measure(0.05);
      }
      assertThat(round.answers()).isGreaterThanOrEqualTo(ANSWERS);
      assertThat(round.errors()).isZero();
    }
  }

  @Test
  void requestsWaitForTheOneConnectionThatThereIs() throws IOException {
    try (UnaryUpstream upstream = new UnaryUpstream();
        RequestClient client = new RequestClient(upstream.port(), 5000, true)) {
      client.open(1, 0);
      Round round = client.measure(0);
      for (int i = 0; i < TRIES_MAX && round.answers() < ANSWERS; i++) {
        round = client.measure(0.05);
      }
      assertThat(round.answers()).isGreaterThanOrEqualTo(ANSWERS);
      assertThat(round.errors()).isZero();
    }
  }

  @Test
  void aConnectionThatIsRefusedIsAnError() throws IOException {
    int port;
    try (UnaryUpstream upstream = new UnaryUpstream()) {
      port = upstream.port();
    }
    try (RequestClient client = new RequestClient(port, 500, false)) {
      client.open(0, 0);
      Round round = client.measure(0);
      for (int i = 0; i < TRIES_MAX && round.errors() == 0; i++) {
        round = client.measure(0.05);
      }
      assertThat(round.errors()).isPositive();
    }
  }

  @Test
  void bodiesGoUpAndComeDown() throws IOException {
    try (BodyUpstream upstream = new BodyUpstream();
        BodyClient client = new BodyClient(upstream.port())) {
      long bytes = 300_001;
      assertThat(client.send(bytes)).isPositive();
      assertThat(client.fetch(bytes)).isPositive();
      assertThat(client.send(1)).isPositive();
    }
  }

  @Test
  void anAnswerThatIsNotThisLoadsIsAFailure() throws IOException {
    try (Upstream streams = new SseUpstream(1, 1000);
        BodyClient client = new BodyClient(streams.port())) {
      assertThatThrownBy(() -> client.send(10)).isInstanceOf(IOException.class);
    }
  }
}
