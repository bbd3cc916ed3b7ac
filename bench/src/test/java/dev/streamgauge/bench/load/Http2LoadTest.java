package dev.streamgauge.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Http2LoadTest {
  private static final int TOKENS = 5;

  @ParameterizedTest
  @EnumSource(Load.class)
  void clientsAndUpstreamUnderstandEachOther(Load load) throws IOException {
    try (Upstream upstream = load.upstream(TOKENS, 500);
        StreamLoad clients = load.clients(upstream.port(), TOKENS, 2)) {
      clients.open(6, 0.01);
      Round round = clients.measure(0);
      for (int i = 0; i < 600 && round.answers() < 12; i++) {
        round = clients.measure(0.05);
      }
      assertThat(round.answers()).isGreaterThanOrEqualTo(12);
      assertThat(round.errors()).isZero();
    }
  }

  @Test
  void gRpcTokensAreCountedHoweverTheAnswerIsCut() throws IOException {
    Delays delays = new Delays(_ -> {});
    GrpcService service = new GrpcService(TOKENS);
    ByteBuffer all = ByteBuffer.allocate(1024);
    for (int i = 0; i < TOKENS; i++) {
      all.put(service.token(delays.nanos()));
    }
    all.put(service.tail()[0]).flip();
    for (int cut = 1; cut <= all.limit(); cut++) {
      Service.Reader reader = service.reader();
      for (int start = 0; start < all.limit(); start += cut) {
        reader.read(all.slice(start, Math.min(cut, all.limit() - start)), delays);
      }
      assertThat(reader.tokens()).as("cut every %d", cut).isEqualTo(TOKENS);
    }
  }
}
