package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link LeavingTest} with TLS on both sides. */
@Timeout(60)
final class TlsLeavingTest {
  private static final long NOTICED_MILLIS_MAX = 2_000;
  private static final String CHAT =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
  private static final String UPLOAD =
      "POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n";
  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  @TempDir private Path folder;

  /** How a client goes. */
  enum Way {
    CLOSE_NOTIFY {
      @Override
      void leave(SSLSocket tls, Socket below) throws IOException {
        tls.close();
      }
    },
    FIN_ALONE {
      @Override
      void leave(SSLSocket tls, Socket below) throws IOException {
        below.shutdownOutput();
      }
    },
    RESET {
      @Override
      void leave(SSLSocket tls, Socket below) throws IOException {
        TestProxy.reset(below);
      }
    };

    abstract void leave(SSLSocket tls, Socket below) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whileTheServerIsSilent(Way way) throws Exception {
    LeavingTest.Watched watched = new LeavingTest.Watched("", false);
    check(way, CHAT, watched, client -> watched.reached.await(), null);
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfTheAnswer(Way way) throws Exception {
    LeavingTest.Watched watched = new LeavingTest.Watched(EVENTS + "5\r\n: a\n\n\r\n", false);
    check(
        way,
        CHAT,
        watched,
        client -> assertThat(readHead(client.getInputStream())).isNotEmpty(),
        200);
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfTheUpload(Way way) throws Exception {
    LeavingTest.Watched watched = new LeavingTest.Watched("", false);
    check(way, UPLOAD + "some", watched, client -> watched.reached.await(), null);
  }

  @ParameterizedTest
  @EnumSource
  void whileItsOwnSlownessHasStoppedTheAnswer(Way way) throws Exception {
    LeavingTest.Watched watched = new LeavingTest.Watched("HTTP/1.1 200 OK\r\n\r\n", true);
    check(way, CHAT, watched, _ -> watched.awaitStall(), 200);
  }

  private interface Until {
    void reached(SSLSocket client) throws Exception;
  }

  private void check(
      Way way, String request, LeavingTest.Watched watched, Until until, @Nullable Integer status)
      throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    SSLContext server = certificates.context(certificates.issue("upstream"));
    List<String> options = new ArrayList<>(certificates.listenOptions());
    options.addAll(List.of("--upstream-tls-ca", certificates.authorityFile().toString()));
    try (ScriptedUpstream upstream =
            new ScriptedUpstream(TestCertificates.served(server, watched));
        TestProxy proxy =
            TestProxy.before(
                "https://127.0.0.1:" + upstream.port(),
                "127.0.0.1:0",
                options.toArray(new String[0]))) {
      Socket below = proxy.connect();
      SSLSocket client = TestCertificates.over(certificates.context(null), below);
      client.getOutputStream().write(ascii(request));
      until.reached(client);
      long leftNanos = System.nanoTime();
      way.leave(client, below);
      long gone = watched.gone.get(20, TimeUnit.SECONDS);
      long millis = TimeUnit.NANOSECONDS.toMillis(gone - leftNanos);
      System.out.println("FIGURE left " + way + " over TLS, seen after " + millis + " ms");
      assertThat(millis).isLessThan(NOTICED_MILLIS_MAX);
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, status);
      TestProxy.leave(below);
    }
  }
}
