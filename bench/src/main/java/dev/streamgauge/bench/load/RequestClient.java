package dev.streamgauge.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks at a fixed rate, however long the answers take (an open loop), and notes the time from when
 * a request was due to its whole answer. A request that finds all connections taken waits, and that
 * counts. Two threads: one asks, the one that calls {@link #measure} reads.
 */
public final class RequestClient implements StreamLoad {
  /** Requests that wait for a connection; one more is an error. */
  private static final int WAITING_MAX = 10_000;

  private static final ByteBuffer KEEP = request("");
  private static final ByteBuffer CLOSE = request("connection: close\r\n");

  private final Delays delays = new Delays(this::ready);
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private final int port;
  private final long periodNanos;
  private final boolean keepAlive;
  private final Thread asking = Thread.ofPlatform().daemon().name("asking").unstarted(this::ask);
  private volatile boolean closed;

  /** Both under this object's lock: two threads meet here, once for each request. */
  private final Queue<Connection> idle = new ArrayDeque<>();

  private final Queue<Long> dueNanosOfWaiting = new ArrayDeque<>();

  /**
   * Of what listens there.
   *
   * @param keepAlive whether requests share connections, which {@link #open} opens; else each has
   *     its own
   */
  public RequestClient(int port, double requestsPerSecond, boolean keepAlive) throws IOException {
    this.port = port;
    this.periodNanos = (long) (1e9 / requestsPerSecond);
    this.keepAlive = keepAlive;
  }

  /** Opens the connections that are shared, and begins to ask. */
  @Override
  public void open(int connections, double seconds) throws IOException {
    for (int i = 0; i < connections && keepAlive; i++) {
      Connection connection = new Connection();
      synchronized (this) {
        idle.add(connection);
      }
    }
    asking.start();
    warm(seconds);
  }

  @Override
  public void warm(double seconds) throws IOException {
    delays.readUntil(delays.nanos() + (long) (seconds * 1e9));
  }

  @Override
  public Round measure(double seconds) throws IOException {
    return delays.measure(seconds);
  }

  private void ask() {
    long dueNanos = delays.nanos();
    while (!closed) {
      long leftNanos = dueNanos - delays.nanos();
      if (leftNanos > 0) {
        LockSupport.parkNanos(this, leftNanos);
        continue;
      }
      begin();
      dueNanos += periodNanos;
    }
  }

  /** Due now: that this thread woke late is the load's fault and nobody's delay. */
  private void begin() {
    long now = delays.nanos();
    try {
      Connection connection = keepAlive ? idleOrWaiting(now) : new Connection();
      if (connection != null) {
        connection.ask(now);
      }
    } catch (IOException e) {
      if (!closed) {
        delays.failed();
      }
    }
  }

  private synchronized @Nullable Connection idleOrWaiting(long now) {
    Connection connection = idle.poll();
    if (connection == null && dueNanosOfWaiting.size() < WAITING_MAX) {
      dueNanosOfWaiting.add(now);
    } else if (connection == null) {
      delays.failed();
    }
    return connection;
  }

  /**
   * When the request was due that this connection is to ask next; null, and idle, if none waits.
   */
  private synchronized @Nullable Long nextDueNanos(Connection connection) {
    Long due = dueNanosOfWaiting.poll();
    if (due == null) {
      idle.add(connection);
    }
    return due;
  }

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof Connection connection) {
      try {
        connection.ready(key);
      } catch (IOException | NumberFormatException e) {
        connection.fail();
      }
    }
  }

  private static ByteBuffer request(String more) {
    return PlainAnswers.direct(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            + "content-type: application/json\r\nuser-agent: streamgauge-bench\r\n"
            + more
            + ("content-length: " + UnaryBodies.BYTES + "\r\n\r\n")
            + UnaryBodies.REQUEST);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    asking.interrupt();
    try {
      asking.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SelectionKey key : delays.selector().keys()) {
      key.channel().close();
    }
    delays.selector().close();
  }

  /** Asked by one thread while it is idle, read by the other from then on. */
  private final class Connection {
    private final SocketChannel channel = SocketChannel.open();
    private final PlainMessages answers = new PlainMessages();
    private volatile long dueNanos;
    private volatile boolean asked;

    Connection() throws IOException {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (keepAlive) {
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        channel.register(delays.selector(), SelectionKey.OP_READ, this);
      }
    }

    void ask(long due) throws IOException {
      dueNanos = due;
      asked = true;
      if (!keepAlive) {
        connect();
      } else {
        write(KEEP);
      }
    }

    /** Nothing here may wait, or the loop would not be open. */
    private void connect() throws IOException {
      channel.configureBlocking(false);
      boolean connected =
          channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      if (connected) {
        write(CLOSE);
      }
      int interest = connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
      channel.register(delays.selector(), interest, this);
      delays.selector().wakeup();
    }

    private void write(ByteBuffer request) throws IOException {
      ByteBuffer bytes = request.duplicate();
      channel.write(bytes);
      if (bytes.hasRemaining()) {
        throw new IOException("not all of a request was taken");
      }
    }

    void ready(SelectionKey key) throws IOException {
      if (key.isConnectable() && channel.finishConnect()) {
        key.interestOps(SelectionKey.OP_READ);
        write(CLOSE);
        return;
      }
      buffer.clear();
      int count = channel.read(buffer);
      delays.readNow();
      boolean whole = answers.read(buffer.flip());
      if (whole) {
        answered();
      } else if (count < 0 || answers.broken()) {
        throw new IOException("closed or broken");
      }
    }

    private void answered() throws IOException {
      delays.token(dueNanos);
      delays.answered(answers.head().status() == 200);
      asked = false;
      answers.next();
      if (!keepAlive) {
        channel.close();
        return;
      }
      Long due = nextDueNanos(this);
      if (due != null) {
        ask(due);
      }
    }

    /** Not opened again; an idle one is no error before it is asked. */
    void fail() {
      if (asked) {
        delays.failed();
      }
      synchronized (RequestClient.this) {
        idle.remove(this);
      }
      try {
        channel.close();
      } catch (IOException e) {
        delays.failed();
      }
    }
  }
}
