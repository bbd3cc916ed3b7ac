package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whenever a client leaves, by FIN or by reset, the server is told at once. */
@Timeout(60)
final class LeavingTest {
  /** Generous: a slow day may not fail it. What is promised is 100 ms; it is printed. */
  private static final long NOTICED_MILLIS_MAX = 2_000;

  private static final String CHAT =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
  private static final String UPLOAD =
      "POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n";
  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  /** How a client goes. */
  enum Way {
    FIN {
      @Override
      void leave(Socket socket) throws IOException {
        TestProxy.leave(socket);
      }
    },
    RESET {
      @Override
      void leave(Socket socket) throws IOException {
        TestProxy.reset(socket);
      }
    };

    abstract void leave(Socket socket) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whileTheServerIsSilent(Way way) throws Exception {
    Watched watched = new Watched("", false);
    check(way, CHAT, watched, client -> watched.reached.await(), null);
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfTheAnswer(Way way) throws Exception {
    Watched watched = new Watched(EVENTS + "5\r\n: a\n\n\r\n", false);
    check(way, CHAT, watched, client -> assertThat(readHead(client)).isNotEmpty(), 200);
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfTheUpload(Way way) throws Exception {
    Watched watched = new Watched("", false);
    check(way, UPLOAD + "some", watched, client -> watched.reached.await(), null);
  }

  @ParameterizedTest
  @EnumSource
  void whileItsOwnSlownessHasStoppedTheAnswer(Way way) throws Exception {
    Watched watched = new Watched("HTTP/1.1 200 OK\r\n\r\n", true);
    check(way, CHAT, watched, _ -> watched.awaitStall(), 200);
  }

  @ParameterizedTest
  @EnumSource
  void whileTheConnectionIsBeingMade(Way way) throws Exception {
    checkConnecting(way, CHAT);
  }

  /** More than is held before there is a connection: the client is read no further. */
  @ParameterizedTest
  @EnumSource
  void whileTheUploadWaitsForTheConnection(Way way) throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL, "NIO doesn't tell, see docs/limits.md");
    checkConnecting(way, UPLOAD + "x".repeat(100_000));
  }

  /** A listener whose queue is full: the kernel drops the first packet, so the connect hangs. */
  private static void checkConnecting(Way way, String request) throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket first = new Socket(full.getInetAddress(), full.getLocalPort());
        Socket second = new Socket(full.getInetAddress(), full.getLocalPort());
        TestProxy proxy =
            TestProxy.before("http://127.0.0.1:" + full.getLocalPort(), "127.0.0.1:0")) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      Socket client = proxy.send(request);
      TestProxy.await("a request in flight", () -> proxy.server.inFlight() == 1);
      proxy.server.eventLoops().getFirst().submit(() -> {}).sync();
      long leftNanos = System.nanoTime();
      way.leave(client);
      RequestRecord record = proxy.next(Outcome.CALLER_DISCONNECT, null);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - leftNanos);
      System.out.println(
          "FIGURE left " + way + " during the connect, ended after " + millis + " ms");
      assertThat(millis).isLessThan(NOTICED_MILLIS_MAX);
      assertThat(record.points().connected()).isNull();
      assertThat(record.transfer().upstreamReused()).isNull();
    }
  }

  private static void check(
      Way way, String request, Watched watched, Until until, @Nullable Integer status)
      throws Exception {
    try (ScriptedUpstream upstream = new ScriptedUpstream(watched);
        TestProxy proxy = TestProxy.before(upstream)) {
      Socket client = proxy.send(request);
      until.reached(client.getInputStream());
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

  /** Waits until the phase is reached in which the client leaves. */
  private interface Until {
    void reached(InputStream client) throws Exception;
  }

  /** Answers so far, and says when its connection is gone. */
  static final class Watched implements ScriptedUpstream.Script {
    final CountDownLatch reached = new CountDownLatch(1);
    final CompletableFuture<Long> gone = new CompletableFuture<>();
    final boolean flood;
    private final String answer;
    private final AtomicLong written = new AtomicLong();

    Watched(String answer, boolean flood) {
      this.answer = answer;
      this.flood = flood;
    }

    @Override
    public void serve(InputStream in, java.io.OutputStream out, Socket socket) {
      try {
        assertThat(readHead(in)).isNotEmpty();
        out.write(ascii(answer));
        reached.countDown();
        byte[] piece = new byte[64 * 1024];
        while (flood) {
          out.write(piece);
          written.addAndGet(piece.length);
        }
        while (in.read(piece) >= 0) {
          written.set(0);
        }
      } catch (IOException e) {
        written.set(0);
      }
      gone.complete(System.nanoTime());
    }

    /** Until nothing was taken for a fifth of a second: all buffers on the way are full. */
    void awaitStall() {
      long[] seen = {-1, System.nanoTime()};
      TestProxy.await(
          "the stall",
          () -> {
            if (written.get() != seen[0]) {
              seen[0] = written.get();
              seen[1] = System.nanoTime();
            }
            return written.get() > 0 && System.nanoTime() - seen[1] > 200_000_000L;
          });
    }
  }
}
