package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients may come by IPv6, and the server may be behind a Unix socket or a name. */
@Timeout(30)
final class AddressesTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @Test
  void aClientMayComeByIpv6() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(ANSWER);
        TestProxy proxy =
            TestProxy.before(
                "http://127.0.0.1:" + upstream.port(), "[::1]:0", "--forwarded", "on");
        Socket client = proxy.send(GET)) {
      assertThat(client.getInetAddress()).isInstanceOf(Inet6Address.class);
      answered(client);
      assertThat(proxy.next(Outcome.OK, 200).transfer().client()).isIn("::1", "0:0:0:0:0:0:0:1");
    }
  }

  @Test
  void theServerMayHaveAName() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(ANSWER);
        TestProxy proxy = TestProxy.before("http://localhost:" + upstream.port(), "127.0.0.1:0");
        Socket client = proxy.send(GET)) {
      answered(client);
      assertThat(proxy.next(Outcome.OK, 200).transfer().responseBytes()).isEqualTo(2);
    }
  }

  @Test
  void aNameThatIsNotKnownIsUnreachable() throws Exception {
    try (TestProxy proxy = TestProxy.before("http://nowhere.invalid:1", "127.0.0.1:0");
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).error()).contains("name");
    }
  }

  @Test
  void theServerMayBeBehindAUnixSocket(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Thread.ofPlatform().daemon().start(() -> serve(server));
      try (TestProxy proxy = TestProxy.before("unix:" + path, "127.0.0.1:0");
          Socket client = proxy.connect()) {
        for (int i = 0; i < 3; i++) {
          client.getOutputStream().write(ascii(GET));
          answered(client);
          assertThat(proxy.next(Outcome.OK, 200).transfer().upstreamReused()).isEqualTo(i > 0);
        }
      }
    }
  }

  @Test
  void aUnixSocketThatIsNotThereIsUnreachable(@TempDir Path folder) throws Exception {
    try (TestProxy proxy = TestProxy.before("unix:" + folder.resolve("none"), "127.0.0.1:0");
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).transfer().retries()).isZero();
    }
  }

  private static void serve(ServerSocketChannel server) {
    try (SocketChannel connection = server.accept()) {
      InputStream in = Channels.newInputStream(connection);
      for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
        Channels.newOutputStream(connection).write(ascii(ANSWER));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void answered(Socket client) throws IOException {
    assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(client.getInputStream().readNBytes(2)).isEqualTo(ascii("ok"));
  }
}
