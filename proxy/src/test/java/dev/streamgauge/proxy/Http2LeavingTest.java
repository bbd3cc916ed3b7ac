package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whenever a client of HTTP/2 leaves, its stream or its connection, the server is told at once. */
@Timeout(60)
final class Http2LeavingTest {
  /** Generous: a slow day may not fail it. What is promised is 100 ms; it is printed. */
  private static final long NOTICED_MILLIS_MAX = 2_000;

  private static final int WINDOW_BYTES = 65_535;
  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  /** How a client goes. */
  enum Way {
    STREAM_RESET {
      @Override
      void leave(Http2Peer client) throws IOException {
        client.reset(1, Http2Error.CANCEL);
      }
    },
    STREAM_RESET_WITHOUT_ERROR {
      @Override
      void leave(Http2Peer client) throws IOException {
        client.reset(1, Http2Error.NO_ERROR);
      }
    },
    FIN {
      @Override
      void leave(Http2Peer client) throws IOException {
        TestProxy.leave(client.socket());
      }
    },
    RESET {
      @Override
      void leave(Http2Peer client) throws IOException {
        TestProxy.reset(client.socket());
      }
    };

    abstract void leave(Http2Peer client) throws IOException;
  }

  /** Asks, and waits until the phase is reached in which the client leaves. */
  private interface Until {
    void reached(Http2Peer client) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void whileTheServerIsSilent(Way way) throws Exception {
    LeavingTest.Watched watched = new LeavingTest.Watched("", false);
    check(
        way,
        watched,
        client -> {
          client.request(1, true, "POST", "/v1/chat/completions");
          watched.reached.await();
        },
        null);
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfTheAnswer(Way way) throws Exception {
    LeavingTest.Watched watched = new LeavingTest.Watched(EVENTS + "5\r\n: a\n\n\r\n", false);
    check(
        way,
        watched,
        client -> {
          client.request(1, true, "POST", "/v1/chat/completions");
          assertThat(client.on(1).field(":status")).isEqualTo("200");
          assertThat(client.on(1)).hasToString("DATA 1 : a\n\n");
        },
        200);
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfTheUpload(Way way) throws Exception {
    LeavingTest.Watched watched = new LeavingTest.Watched("", false);
    check(
        way,
        watched,
        client -> {
          client.request(1, false, "POST", "/up");
          client.data(1, false, "some");
          watched.reached.await();
        },
        null);
  }

  @ParameterizedTest
  @EnumSource
  void whileItsOwnWindowHasStoppedTheAnswer(Way way) throws Exception {
    LeavingTest.Watched watched = new LeavingTest.Watched("HTTP/1.1 200 OK\r\n\r\n", true);
    check(
        way,
        watched,
        client -> {
          client.get(1, "/");
          watched.awaitStall();
        },
        200);
  }

  private static void check(
      Way way, LeavingTest.Watched watched, Until until, @Nullable Integer status)
      throws Exception {
    try (ScriptedUpstream upstream = new ScriptedUpstream(watched);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = client(proxy)) {
      until.reached(client);
      long leftNanos = System.nanoTime();
      way.leave(client);
      long gone = watched.gone.get(20, TimeUnit.SECONDS);
      long millis = TimeUnit.NANOSECONDS.toMillis(gone - leftNanos);
      System.out.println("FIGURE left " + way + ", the server saw it after " + millis + " ms");
      assertThat(millis).isLessThan(NOTICED_MILLIS_MAX);
      RequestRecord record = proxy.next(Outcome.CALLER_DISCONNECT, status);
      if (watched.flood) {
        assertThat(record.transfer().clientPausedNanos()).isPositive();
      }
    }
  }

  private static Http2Peer client(TestProxy proxy) throws IOException {
    return Http2Peer.client(proxy, Http2Peer.INITIAL_WINDOW_SIZE, WINDOW_BYTES);
  }

  /** A listener whose queue is full: the kernel drops the first packet, so the connect hangs. */
  @ParameterizedTest
  @EnumSource
  void whileTheConnectionIsBeingMade(Way way) throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket first = new Socket(full.getInetAddress(), full.getLocalPort());
        Socket second = new Socket(full.getInetAddress(), full.getLocalPort());
        TestProxy proxy =
            TestProxy.before("http://127.0.0.1:" + full.getLocalPort(), "127.0.0.1:0");
        Http2Peer client = client(proxy)) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      client.request(1, true, "POST", "/v1/chat/completions");
      TestProxy.await("a request in flight", () -> proxy.server.inFlight() == 1);
      long leftNanos = System.nanoTime();
      way.leave(client);
      RequestRecord record = proxy.next(Outcome.CALLER_DISCONNECT, null);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - leftNanos))
          .isLessThan(NOTICED_MILLIS_MAX);
      assertThat(record.points().connected()).isNull();
    }
  }

  /** A connection carries many, and the others have nothing to do with it. */
  @ParameterizedTest
  @EnumSource(names = {"STREAM_RESET", "STREAM_RESET_WITHOUT_ERROR"})
  void theOtherStreamsOfItsConnectionGoOn(Way way) throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          String head = readHead(in);
          out.write(ascii(EVENTS + "2\r\na\n\r\n"));
          if (head.startsWith("GET /other ")) {
            out.write(ascii("2\r\nb\n\r\n0\r\n\r\n"));
          }
          assertThat(in.readAllBytes()).isNotNull();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = client(proxy)) {
      client.get(1, "/left");
      assertThat(client.on(1).field(":status")).isEqualTo("200");
      client.get(3, "/other");
      way.leave(client);
      assertThat(proxy.next().path()).isIn("/left", "/other");
      Http2Peer.Answer other = client.answer(3);
      assertThat(other.body()).isEqualTo("a\nb\n");
      assertThat(other.reset()).isNull();
      assertThat(proxy.next().path()).isIn("/left", "/other");
      TestProxy.await("the server was told", () -> upstream.open.get() == 1);
    }
  }
}
