package dev.streamgauge.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that answers each connection by a script, with the very bytes it gives. */
final class ScriptedUpstream implements AutoCloseable {
  /** Serves one connection. */
  interface Script {
    void serve(InputStream in, OutputStream out, Socket socket) throws IOException;
  }

  private final ServerSocket server;
  private final Thread accepting;
  final AtomicInteger connections = new AtomicInteger();

  /** Connections that are served now. */
  final AtomicInteger open = new AtomicInteger();

  final CountDownLatch clientGone = new CountDownLatch(1);

  ScriptedUpstream(Script script) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    accepting = Thread.ofPlatform().daemon().start(() -> accept(script));
  }

  /** Answers each request without a body with these bytes, on and on. */
  static ScriptedUpstream answering(String bytes) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            out.write(ascii(bytes));
          }
        });
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        open.incrementAndGet();
        Thread.ofPlatform().daemon().start(() -> serve(script, socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Script script, Socket socket) {
    try (socket) {
      script.serve(socket.getInputStream(), socket.getOutputStream(), socket);
    } catch (IOException e) {
      // The script's connection ended under it, which is what some of them are for.
    } finally {
      open.decrementAndGet();
    }
  }

  /** Reads up to the end of a head; empty at the end of the stream. */
  static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int b;
    while (head.indexOf("\r\n\r\n") < 0 && (b = in.read()) >= 0) {
      head.append((char) b);
    }
    return head.toString();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Connections that are there go on; new ones are refused. As long as a thread still accepts, the
   * kernel takes one more for it.
   */
  void acceptNoMore() throws IOException, InterruptedException {
    server.close();
    accepting.join();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
