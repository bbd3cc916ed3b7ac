package dev.streamgauge.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A model server without a model that speaks HTTP/2 by prior knowledge. Each request with a body is
 * answered with the same stream at a fixed rate, every other one with an empty 200. Two threads:
 * one accepts and reads; the pacer alone writes streams, each event in a write of its own.
 */
final class Http2Upstream implements Upstream {
  private static final int PREFACE_BYTES = 24;
  private static final int WINDOW_BYTES_DEFAULT = 65_535;
  private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
  private static final byte[] EMPTY_OK = HeadBlock.ok().done();

  private final Selector selector;
  private final ServerSocketChannel server;
  private final Service service;
  private final int tokens;
  private final Pacer pacer;
  private final Thread reader;
  private volatile boolean closed;

  Http2Upstream(int tokens, double eventsPerSecond, Service service) throws IOException {
    this.tokens = tokens;
    this.service = service;
    pacer = new Pacer(eventsPerSecond);
    selector = Selector.open();
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    reader = Thread.ofPlatform().daemon().name("upstream-reader").start(this::readRequests);
  }

  @Override
  public int port() {
    return server.socket().getLocalPort();
  }

  @Override
  public int open() {
    return pacer.open();
  }

  @Override
  public void pace(double eventsPerSecond) {
    pacer.pace(eventsPerSecond);
  }

  private void readRequests() {
    while (!closed) {
      try {
        selector.select(this::ready);
      } catch (ClosedSelectorException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void ready(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept();
      } else if (key.attachment() instanceof Connection connection && !connection.read()) {
        connection.close();
      }
    } catch (IOException e) {
      if (key.attachment() instanceof Connection connection) {
        connection.close();
      }
    }
  }

  private void accept() throws IOException {
    for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Connection connection = new Connection(channel);
      channel.register(selector, SelectionKey.OP_READ, connection);
      connection.out.settings(true).flush();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    pacer.close();
    server.close();
    selector.close();
    reader.interrupt();
  }

  private final class Connection implements FrameReader.Listener {
    private final SocketChannel channel;
    private final FrameReader frames = new FrameReader(this, PREFACE_BYTES);
    private final FrameWriter out;
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private final AtomicLong window = new AtomicLong(WINDOW_BYTES_DEFAULT);
    private int streamWindow = WINDOW_BYTES_DEFAULT;

    Connection(SocketChannel channel) {
      this.channel = channel;
      out = new FrameWriter(channel);
    }

    boolean read() throws IOException {
      return frames.read(channel, () -> {});
    }

    void close() {
      streams.values().forEach(stream -> stream.left = true);
      try {
        channel.close();
      } catch (IOException e) {
        streams.clear();
      }
    }

    @Override
    public void frame(int type, int flags, int streamId, ByteBuffer payload) throws IOException {
      boolean end = (flags & FrameReader.END_STREAM) != 0;
      switch (type) {
        case FrameReader.HEADERS -> {
          if (end) {
            out.headers(streamId, EMPTY_OK, true).flush();
          }
        }
        case FrameReader.DATA -> {
          if (end) {
            Stream asked = new Stream(this, streamId, streamWindow);
            streams.put(streamId, asked);
            pacer.add(asked);
          }
        }
        case FrameReader.SETTINGS -> {
          if (!end) {
            settings(payload);
            out.acknowledge(type, ByteBuffer.allocate(0)).flush();
          }
        }
        case FrameReader.PING -> {
          if (!end) {
            out.acknowledge(type, payload).flush();
          }
        }
        case FrameReader.RST_STREAM -> {
          Stream reset = streams.remove(streamId);
          if (reset != null) {
            reset.left = true;
          }
        }
        case FrameReader.WINDOW_UPDATE -> widen(streamId, payload.getInt());
        default -> {} // nothing else that a proxy sends changes anything here
      }
    }

    private void widen(int streamId, int bytes) {
      Stream stream = streams.get(streamId);
      if (streamId == 0) {
        window.addAndGet(bytes);
      } else if (stream != null) {
        stream.window.addAndGet(bytes);
      }
    }

    private void settings(ByteBuffer payload) {
      while (payload.remaining() >= 6) {
        int id = payload.getShort();
        int value = payload.getInt();
        streamWindow = id == SETTINGS_INITIAL_WINDOW_SIZE ? value : streamWindow;
      }
    }
  }

  /** A stream that is being written; owned by the pacer but for what its window grows by. */
  private final class Stream implements Pacer.Paced {
    private final Connection connection;
    private final int id;
    private final AtomicLong window;
    private int tokensLeft = tokens;
    private volatile boolean left;

    Stream(Connection connection, int id, int windowBytes) {
      this.connection = connection;
      this.id = id;
      this.window = new AtomicLong(windowBytes);
    }

    @Override
    public void begin() throws IOException {
      connection.out.headers(id, service.answerHead(), false);
      @Nullable ByteBuffer opening = service.opening();
      if (opening != null) {
        data(opening, false);
      }
      connection.out.flush();
    }

    /** While a window is too small the stream misses its turns. */
    @Override
    public boolean proceed(long nowNanos) throws IOException {
      if (left) {
        return false;
      }
      ByteBuffer event = service.token(nowNanos);
      if (window.get() < event.remaining() || connection.window.get() < event.remaining()) {
        return true;
      }
      data(event, false);
      tokensLeft--;
      connection.out.flush();
      if (tokensLeft == 0) {
        end();
      }
      return tokensLeft > 0;
    }

    private void end() throws IOException {
      byte @Nullable [] trailer = service.trailer();
      ByteBuffer[] tail = service.tail();
      for (int i = 0; i < tail.length; i++) {
        data(tail[i], trailer == null && i == tail.length - 1);
        connection.out.flush();
      }
      if (trailer != null) {
        connection.out.headers(id, trailer, true).flush();
      }
      connection.streams.remove(id);
    }

    private void data(ByteBuffer payload, boolean end) {
      window.addAndGet(-payload.remaining());
      connection.window.addAndGet(-payload.remaining());
      connection.out.data(id, payload, end);
    }
  }
}
