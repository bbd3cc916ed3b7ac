package dev.streamgauge.bench.target;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.bench.load.BodyUpstream;
import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.SseUpstream;
import dev.streamgauge.bench.load.UnaryUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What gateways need of the bench, and what they are not asked for. */
class GatewayTest {
  private static final String CHAT =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"model\":\"bench\",\"stream\":false}";

  @ParameterizedTest
  @EnumSource(names = {"SMG", "VLLM_ROUTER"})
  void gatewayHasOneWorkerThreadAndOneModelServer(TargetKind kind) throws IOException {
    Path folder = Path.of("/peers");
    Places places = new Places(folder, folder, folder, List.of(), 64);
    TargetCommand command =
        new TargetCommand(Side.of(kind, Load.HTTP1), places, folder, 1001, 1002, 1003);

    assertThat(command.words())
        .startsWith("/peers/bin/" + kind.label())
        .containsSequence("--worker-urls", "http://127.0.0.1:1003")
        .containsSequence("--port", "1001")
        .containsSequence("--prometheus-port", "1002");
    assertThat(command.environment()).containsEntry("TOKIO_WORKER_THREADS", "1");
  }

  @Test
  void gatewaysAloneRelayNothingButHttp1() {
    for (TargetKind kind : TargetKind.values()) {
      boolean others = Arrays.stream(Load.values()).filter(kind::relays).count() > 1;
      assertThat(others).as(kind.label()).isNotEqualTo(kind.isGateway());
      assertThat(kind.relays(Load.HTTP1)).as(kind.label()).isTrue();
    }
  }

  @Test
  void everyServerOfTheBenchSaysWhichModelItHas() throws IOException {
    try (SseUpstream streams = new SseUpstream(1, 1);
        UnaryUpstream requests = new UnaryUpstream();
        BodyUpstream bodies = new BodyUpstream()) {
      for (int port : List.of(streams.port(), requests.port(), bodies.port())) {
        assertThat(said(port, "GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n", "}]}"))
            .startsWith("HTTP/1.1 200 ")
            .contains("\"id\":\"bench\"");
      }
    }
  }

  @Test
  void chatThatWantsNoStreamGetsNone() throws IOException {
    try (SseUpstream streams = new SseUpstream(1, 1)) {
      String head = "POST /v1/chat/completions HTTP/1.1\r\ncontent-length: " + CHAT.length();
      assertThat(said(streams.port(), head + "\r\n\r\n" + CHAT, "390}}"))
          .startsWith("HTTP/1.1 200 ")
          .contains("content-type: application/json")
          .contains("\"object\":\"chat.completion\"");
      assertThat(streams.open()).isZero();
    }
  }

  /** What is read up to an end. */
  private static String said(int port, String request, String end) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      StringBuilder text = new StringBuilder();
      while (text.indexOf(end) < 0) {
        int b = socket.getInputStream().read();
        assertThat(b).as("behind " + text).isNotNegative();
        text.append((char) b);
      }
      return text.toString();
    }
  }
}
