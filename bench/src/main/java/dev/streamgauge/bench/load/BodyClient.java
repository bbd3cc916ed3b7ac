package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Sends and fetches large bodies, one at a time, over one connection. */
public final class BodyClient implements AutoCloseable {
  private final Ticker ticker = Ticker.system();
  private final SocketChannel channel = SocketChannel.open();
  private final BodyPipe pipe = new BodyPipe(channel);

  public BodyClient(int port) throws IOException {
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** The seconds that it took to send so many bytes and to be told that they came. */
  public double send(long bytes) throws IOException {
    return exchange(
        "POST /v1/files HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/octet-stream\r\n"
            + ("content-length: " + bytes + "\r\n\r\n"),
        bytes);
  }

  /** The seconds that it took to get so many bytes. */
  public double fetch(long bytes) throws IOException {
    return exchange("GET /body/" + bytes + " HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", 0);
  }

  private double exchange(String head, long bodyBytes) throws IOException {
    long start = ticker.nanos();
    pipe.write(ByteBuffer.wrap(head.getBytes(US_ASCII)));
    pipe.writeBody(bodyBytes);
    if (!pipe.readHead()) {
      throw new IOException("closed without an answer");
    }
    if (pipe.head().status() != 200) {
      throw new IOException("answered with " + pipe.head().status());
    }
    pipe.passBody();
    return (ticker.nanos() - start) / 1e9;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
