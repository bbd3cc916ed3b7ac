package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * Keeps a number of streams open and notes the age of each token event as it is read. The upstream
 * sets the rate and never waits for the client, so a slow target cannot hide its delay. One thread:
 * the one that calls {@link #measure}.
 */
public final class StreamClient implements StreamLoad {
  static final String BODY =
      "{\"model\":\"bench\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":512,\"messages\":[{\"role\":\"user\",\"content\":\"Tell"
          + " me about a river.\"}]}";
  private static final ByteBuffer REQUEST =
      ByteBuffer.wrap(
          String.join(
                  "\r\n",
                  "POST /v1/chat/completions HTTP/1.1",
                  "host: 127.0.0.1",
                  "content-type: application/json",
                  "accept: application/json",
                  "user-agent: streamgauge-bench",
                  "content-length: " + BODY.length(),
                  "",
                  BODY)
              .getBytes(US_ASCII));

  private final Delays delays = new Delays(this::ready);
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private final int port;
  private final int tokensExpected;

  public StreamClient(int port, int tokensExpected) throws IOException {
    this.port = port;
    this.tokensExpected = tokensExpected;
  }

  @Override
  public void open(int streams, double seconds) throws IOException {
    long start = delays.nanos();
    for (int i = 0; i < streams; i++) {
      delays.readUntil(start + (long) (seconds * 1e9 * i / streams));
      connect();
    }
  }

  @Override
  public void warm(double seconds) throws IOException {
    delays.readUntil(delays.nanos() + (long) (seconds * 1e9));
  }

  @Override
  public Round measure(double seconds) throws IOException {
    return delays.measure(seconds);
  }

  private void connect() throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.register(delays.selector(), SelectionKey.OP_READ, new Connection(channel));
    channel.write(REQUEST.duplicate());
  }

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof Connection connection) {
      try {
        connection.ready();
      } catch (IOException e) {
        fail(connection.channel);
      }
    }
  }

  /** Not opened again: an error shows in the count of events, too. */
  private void fail(SocketChannel channel) {
    delays.failed();
    try {
      channel.close();
    } catch (IOException e) {
      delays.failed();
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : delays.selector().keys()) {
      key.channel().close();
    }
    delays.selector().close();
  }

  private final class Connection implements AnswerReader.Listener {
    private final SocketChannel channel;
    private final AnswerReader reader = new AnswerReader(this);
    private boolean again;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    void ready() throws IOException {
      buffer.clear();
      int count = channel.read(buffer);
      delays.readNow();
      reader.read(buffer.flip());
      if (count < 0 || reader.broken()) {
        fail(channel);
      } else if (again) {
        again = false;
        channel.write(REQUEST.duplicate());
      }
    }

    @Override
    public void token(long stampNanos) {
      delays.token(stampNanos);
    }

    @Override
    public void answered(int status, int tokens) {
      again = true;
      delays.answered(status == 200 && tokens == tokensExpected);
    }
  }
}
