package dev.streamgauge.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which wishes for another protocol go on to the server (RFC 9110 section 7.8). */
final class UpgradeFieldTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "websocket",
        "WebSocket",
        "TLS/1.3, IRC/6.9",
        "nonsense/9",
        "a,,b,",
        "h3",
        "http2"
      })
  void namesOfProtocolsOutsideHttpGoOn(String value) {
    assertThat(upgrade("Upgrade: " + value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h2c",
        "H2C",
        "h2",
        "h2c-14",
        "h2c/1",
        "HTTP/2.0",
        "websocket, h2c",
        "websocket\r\nUpgrade: h2c",
        "\"h2c\"",
        "h2c;q=1",
        "h2c websocket",
        "websocket h2c",
        "h2c\u00a0",
        "\u00a0h2c",
        "a/b/c",
      })
  void formsOfHttpAndWhatIsNoNameDoNot(String value) {
    assertThat(upgrade("Upgrade: " + value)).isFalse();
  }

  private static boolean upgrade(String field) {
    String head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n" + field + "\r\n\r\n";
    HeadParser parser = HeadParser.ofRequests(HttpLimits.defaults());
    HeadParser.State state =
        parser.feed(Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.ISO_8859_1)));
    assertThat(state).isEqualTo(HeadParser.State.DONE);
    return RequestRules.of(parser.head()).upgrade();
  }
}
