package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether a server behind a socket of the file system is there. */
@Timeout(30)
final class ReadinessTest {
  @TempDir private Path folder;

  @Test
  void aUnixSocketIsReadyWhileSomebodyAcceptsAtIt() throws Exception {
    Path path = folder.resolve("s");
    try (TestProxy proxy = TestProxy.before("unix:" + path, "127.0.0.1:0")) {
      assertThat(ready(proxy)).as("no such socket").isFalse();
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(path));
        assertThat(ready(proxy)).isTrue();
      }
      assertThat(Files.exists(path)).isTrue();
      assertThat(ready(proxy)).as("nobody listens there").isFalse();
    }
  }

  private static boolean ready(TestProxy proxy) throws Exception {
    return new Readiness(proxy.server).look().get(10, TimeUnit.SECONDS);
  }
}
