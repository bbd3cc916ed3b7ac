package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Takes bodies of any length and gives some: a POST's body is passed over and answered with an
 * empty 200, {@code GET /body/BYTES} with as many bytes, everything else with an empty 200. A
 * thread for each connection, of which there are few.
 */
public final class BodyUpstream implements AutoCloseable {
  private static final String PATH = "/body/";

  private final ServerSocketChannel server = ServerSocketChannel.open();
  private volatile boolean closed;

  public BodyUpstream() throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    Thread.ofPlatform().daemon().name("upstream").start(this::accept);
  }

  public int port() {
    return server.socket().getLocalPort();
  }

  private void accept() {
    while (!closed) {
      try {
        SocketChannel channel = server.accept();
        Thread.ofPlatform().daemon().name("upstream-connection").start(() -> serve(channel));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void serve(SocketChannel channel) {
    try (channel) {
      BodyPipe pipe = new BodyPipe(channel);
      while (pipe.readHead()) {
        pipe.passBody();
        long answerBytes = pipe.head().asks("get") ? asked(pipe.head()) : 0;
        if (answerBytes == 0) {
          pipe.write(PlainAnswers.toGet(pipe.head().target()));
        } else {
          pipe.write(
              ByteBuffer.wrap(
                  ("HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: "
                          + answerBytes
                          + "\r\n\r\n")
                      .getBytes(US_ASCII)));
          pipe.writeBody(answerBytes);
        }
      }
    } catch (IOException e) {
      // The other side left.
    }
  }

  private static long asked(PlainHead head) {
    String target = head.target();
    return target.startsWith(PATH) ? Long.parseLong(target.substring(PATH.length())) : 0;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
  }
}
