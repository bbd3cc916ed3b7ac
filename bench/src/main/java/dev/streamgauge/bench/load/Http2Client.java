package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a number of streams open over a few connections of HTTP/2, by prior knowledge. Its frames
 * are made and read by hand, for it shares the machine with what is measured; it knows no more of
 * HTTP/2 than the load needs. One thread: the one that calls it.
 */
public final class Http2Client implements StreamLoad {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final Delays delays = new Delays(this::ready);
  private final int port;
  private final int tokensExpected;
  private final Service service;
  private final int connectionsMax;
  private final List<Connection> connections = new ArrayList<>();

  Http2Client(int port, int tokensExpected, Service service, int connections) throws IOException {
    this.port = port;
    this.tokensExpected = tokensExpected;
    this.service = service;
    this.connectionsMax = connections;
  }

  @Override
  public void open(int streams, double seconds) throws IOException {
    long start = delays.nanos();
    for (int i = 0; i < streams; i++) {
      delays.readUntil(start + (long) (seconds * 1e9 * i / streams));
      if (connections.size() < connectionsMax) {
        connections.add(new Connection());
      }
      connections.get(i % connectionsMax).ask();
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

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof Connection connection) {
      try {
        connection.ready();
      } catch (IOException e) {
        connection.fail();
      }
    }
  }

  /** Whether something that listens there answers a request without a body. */
  public static boolean answers(int port) {
    try (Http2Client client = new Http2Client(port, 0, new SseService(0), 1)) {
      Connection connection = client.new Connection();
      connection.probe();
      client.warm(0.2);
      return connection.probeAnswered;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : delays.selector().keys()) {
      key.channel().close();
    }
    delays.selector().close();
  }

  private final class Connection implements FrameReader.Listener {
    private final SocketChannel channel;
    private final FrameReader frames = new FrameReader(this, 0);
    private final FrameWriter out;
    private final Map<Integer, Service.Reader> streams = new HashMap<>();
    private int nextStreamId = 1;
    private int ended;
    private boolean probeAnswered;

    Connection() throws IOException {
      channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(delays.selector(), SelectionKey.OP_READ, this);
      out = new FrameWriter(channel);
      out.bytes(PREFACE).settings(false).flush();
    }

    void probe() throws IOException {
      out.headers(nextStreamId, HeadBlock.request(false, "/health").done(), true).flush();
    }

    void ask() throws IOException {
      streams.put(nextStreamId, service.reader());
      out.headers(nextStreamId, service.requestHead(), false)
          .data(nextStreamId, ByteBuffer.wrap(service.requestBody()), true)
          .flush();
      nextStreamId += 2;
    }

    void ready() throws IOException {
      if (!frames.read(channel, delays::readNow)) {
        throw new IOException("closed");
      }
      for (; ended > 0; ended--) {
        ask();
      }
    }

    @Override
    public void frame(int type, int flags, int streamId, ByteBuffer payload) throws IOException {
      boolean end = (flags & FrameReader.END_STREAM) != 0;
      switch (type) {
        case FrameReader.DATA -> {
          Service.Reader reader = streams.get(streamId);
          if (reader != null) {
            reader.read(payload, delays);
          }
          endIf(end, streamId);
        }
        case FrameReader.HEADERS -> {
          probeAnswered = true;
          endIf(end, streamId);
        }
        case FrameReader.SETTINGS, FrameReader.PING -> {
          if (!end) {
            boolean ping = type == FrameReader.PING;
            out.acknowledge(type, ping ? payload : ByteBuffer.allocate(0)).flush();
          }
        }
        case FrameReader.RST_STREAM -> {
          streams.remove(streamId);
          delays.failed();
        }
        case FrameReader.GOAWAY -> throw new IOException("GOAWAY");
        default -> {} // windows, and what else changes nothing here
      }
    }

    private void endIf(boolean end, int streamId) {
      Service.Reader reader = end ? streams.remove(streamId) : null;
      if (reader != null) {
        delays.answered(reader.tokens() == tokensExpected);
        ended++;
      }
    }

    void fail() {
      streams.forEach((_, _) -> delays.failed());
      streams.clear();
      try {
        channel.close();
      } catch (IOException e) {
        delays.failed();
      }
    }
  }
}
