package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behind a 101 there are bytes both ways, and each direction has an end of its own. */
@Timeout(30)
final class UpgradeTest {
  private static final String ASK =
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  @Test
  void bytesGoBothWaysAndTheClientMayEndItsHalfFirst() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).contains("Upgrade: websocket\r\n", "Connection: Upgrade\r\n");
          out.write(ascii(SWITCH + "hi"));
          byte[] all = in.readAllBytes();
          out.write(ascii("got " + all.length));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(ASK)) {
      assertThat(readHead(client.getInputStream()))
          .startsWith("HTTP/1.1 101 ")
          .contains("Upgrade: websocket\r\n", "Connection: Upgrade\r\n");
      assertThat(client.getInputStream().readNBytes(2)).isEqualTo(ascii("hi"));
      client.getOutputStream().write(new byte[300_000]);
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(ascii("got 300000"));
      RequestRecord record = proxy.next(Outcome.OK, 101);
      assertThat(record.transfer().requestBytes()).isEqualTo(300_000);
      assertThat(record.transfer().responseBytes()).isEqualTo(12);
    }
  }

  @Test
  void theServerMayEndItsHalfFirst() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, socket) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(SWITCH));
          out.write(new byte[300_000]);
          socket.shutdownOutput();
          assertThat(in.readAllBytes()).hasSize(100_000);
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(ASK)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 101 ");
      assertThat(client.getInputStream().readAllBytes()).hasSize(300_000);
      client.getOutputStream().write(new byte[100_000]);
      client.shutdownOutput();
      RequestRecord record = proxy.next(Outcome.OK, 101);
      assertThat(record.transfer().requestBytes()).isEqualTo(100_000);
      assertThat(record.transfer().responseBytes()).isEqualTo(300_000);
    }
  }

  @Test
  void aResetOfTheServerIsAResetForTheClientToo() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, socket) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(SWITCH + "x"));
          assertThat(in.read()).isEqualTo('y');
          TestProxy.reset(socket);
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(ASK)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 101 ");
      assertThat(client.getInputStream().read()).isEqualTo('x');
      client.getOutputStream().write('y');
      assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 101).outcome())
          .isEqualTo(Outcome.UPSTREAM_RESET);
    }
  }

  @Test
  void bytesThatCameAheadOfTheSwitchAreNotForgotten() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(SWITCH));
          out.write(in.readNBytes(5));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(ASK + "early")) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 101 ");
      assertThat(client.getInputStream().readNBytes(5)).isEqualTo(ascii("early"));
      client.shutdownOutput();
      assertThat(proxy.next(Outcome.OK, 101).transfer().requestBytes()).isEqualTo(5);
    }
  }

  @Test
  void aClientThatBreaksOffEndsTheServersSideToo() throws Exception {
    try (ScriptedUpstream upstream = switching();
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(ASK)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 101 ");
      TestProxy.reset(client);
      assertThat(proxy.next(Outcome.CALLER_DISCONNECT, 101).transfer().requestBytes()).isZero();
    }
  }

  @Test
  void anUpgradeThatTheServerRefusesIsAnOrdinaryAnswer() throws Exception {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 426 No\r\nContent-Length: 2\r\n\r\nno");
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(ASK)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 426 No\r\n");
      assertThat(client.getInputStream().readNBytes(2)).isEqualTo(ascii("no"));
      assertThat(proxy.next(Outcome.CALLER_ERROR, 426).transfer().responseBytes()).isEqualTo(2);
    }
  }

  @Test
  void aSwitchThatNobodyAskedForIsMalformed() throws Exception {
    try (ScriptedUpstream upstream = switching();
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).error()).contains("101");
    }
  }

  @Test
  void aConnectionOnWhichNeitherSideSpeaksIsBrokenOff() throws Exception {
    try (ScriptedUpstream upstream = switching();
        TestProxy proxy = TestProxy.before(upstream, "--response-idle-timeout", "300ms");
        Socket client = proxy.send(ASK)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 101 ");
      assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
      RequestRecord record = proxy.next(Outcome.UPSTREAM_TIMEOUT, 101);
      assertThat(record.error()).contains("idle");
      assertThat(record.points().ended()).isGreaterThanOrEqualTo(300_000_000L);
    }
  }

  @Test
  void aClientThatKeepsItsHalfOpenWithoutAWordIsBrokenOff() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, socket) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(SWITCH));
          socket.shutdownOutput();
          assertThat(in.readAllBytes()).isEmpty();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream, "--response-idle-timeout", "300ms");
        Socket client = proxy.send(ASK)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 101 ");
      assertThat(proxy.next(Outcome.CALLER_DISCONNECT, 101).error()).contains("idle");
    }
  }

  /** The client speaks for far longer than the limit, and the server says nothing to it. */
  @Test
  void oneSideThatSpeaksKeepsTheConnection() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(SWITCH));
          out.write(ascii("got " + in.readAllBytes().length));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream, "--response-idle-timeout", "2s");
        Socket client = proxy.send(ASK)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 101 ");
      long start = System.nanoTime();
      int sent = 0;
      while (System.nanoTime() - start < 3_000_000_000L) {
        client.getOutputStream().write('x');
        sent++;
        LockSupport.parkNanos(100_000_000L);
      }
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(ascii("got " + sent));
      assertThat(proxy.next(Outcome.OK, 101).transfer().requestBytes()).isEqualTo(sent);
    }
  }

  private static ScriptedUpstream switching() throws java.io.IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(SWITCH));
          assertThat(in.readAllBytes()).isEmpty();
        });
  }
}
