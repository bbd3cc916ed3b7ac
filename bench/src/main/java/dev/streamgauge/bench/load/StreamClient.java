package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * Keeps a number of streams open and notes the age of each token event as it is read. The upstream
 * sets the rate and never waits for the client, so a slow target cannot hide its delay. One thread:
 * the one that calls {@link #measure}.
 */
public final class StreamClient implements AutoCloseable {
  private static final String BODY =
      "{\"model\":\"bench\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
          + "\"max_tokens\":512,\"messages\":[{\"role\":\"user\",\"content\":\"Tell me about a river.\"}]}";
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

  private final Ticker ticker = Ticker.system();
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private final int port;
  private final int tokensExpected;
  private long[] delaysNanos = new long[1 << 16];
  private int delays;
  private long readNanos;
  private boolean measuring;
  private long answers;
  private long errors;

  public StreamClient(int port, int tokensExpected) throws IOException {
    this.port = port;
    this.tokensExpected = tokensExpected;
    this.selector = Selector.open();
  }

  /** Opens streams one by one, evenly spread over the given time, reading meanwhile. */
  public void open(int streams, double seconds) throws IOException {
    long start = ticker.nanos();
    for (int i = 0; i < streams; i++) {
      readUntil(start + (long) (seconds * 1e9 * i / streams));
      connect();
    }
  }

  /** Reads without measuring. */
  public void warm(double seconds) throws IOException {
    readUntil(ticker.nanos() + (long) (seconds * 1e9));
  }

  /** Reads and measures. The callers' readings of the target's cost belong right around it. */
  public Round measure(double seconds) throws IOException {
    delays = 0;
    measuring = true;
    long start = ticker.nanos();
    readUntil(start + (long) (seconds * 1e9));
    measuring = false;
    double measuredSeconds = (ticker.nanos() - start) / 1e9;
    return new Round(new Round.Sorted(delaysNanos, delays), measuredSeconds, answers, errors);
  }

  private void connect() throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
    channel.write(REQUEST.duplicate());
  }

  private void readUntil(long endNanos) throws IOException {
    long leftNanos = endNanos - ticker.nanos();
    while (leftNanos > 0) {
      selector.select(this::ready, Math.max(1, leftNanos / 1_000_000));
      leftNanos = endNanos - ticker.nanos();
    }
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
    errors++;
    try {
      channel.close();
    } catch (IOException e) {
      errors++;
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
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
      readNanos = ticker.nanos();
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
      if (!measuring) {
        return;
      }
      if (delays == delaysNanos.length) {
        delaysNanos = Arrays.copyOf(delaysNanos, 2 * delays);
      }
      delaysNanos[delays++] = readNanos - stampNanos;
    }

    @Override
    public void answered(int status, int tokens) {
      again = true;
      answers++;
      if (status != 200 || tokens != tokensExpected) {
        errors++;
      }
    }
  }
}
