package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import java.util.Locale;

/**
 * A model server without a model. Every POST is answered with the same stream at a fixed rate, one
 * that wants no stream with 2 KB of JSON, every other request with an empty 200. Two threads: one
 * accepts and reads requests; the pacer alone writes streams, each event in a write of its own,
 * stamped just before it.
 */
public final class SseUpstream implements Upstream {
  private static final int REQUEST_BYTES_MAX = 16 * 1024;

  /** A stream that is being written; owned by the pacer. */
  private final class Stream implements Pacer.Paced {
    final SocketChannel channel;
    int tokensLeft = tokens;

    Stream(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void begin() throws IOException {
      write(channel, answer.head());
      write(channel, answer.role());
    }

    @Override
    public boolean proceed(long nowNanos) throws IOException {
      write(channel, answer.token(nowNanos));
      tokensLeft--;
      if (tokensLeft == 0) {
        for (ByteBuffer piece : answer.tail()) {
          write(channel, piece);
        }
      }
      return tokensLeft > 0;
    }
  }

  /** What came of a request so far; owned by the reading thread. */
  private static final class Request {
    final ByteBuffer bytes = ByteBuffer.allocate(REQUEST_BYTES_MAX);
  }

  private final Selector selector;
  private final ServerSocketChannel server;
  private final Answer answer;
  private final int tokens;
  private final Pacer pacer;
  private final Thread reader;
  private volatile boolean closed;

  /** Listens at once; each answer has so many token events. */
  public SseUpstream(int tokens, double eventsPerSecond) throws IOException {
    this.tokens = tokens;
    this.answer = new Answer(tokens, true);
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
      } else if (key.channel() instanceof SocketChannel channel
          && key.attachment() instanceof Request request) {
        read(key, channel, request);
      }
    } catch (IOException e) {
      close(key);
    }
  }

  private void accept() throws IOException {
    for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, new Request());
    }
  }

  private void read(SelectionKey key, SocketChannel channel, Request request) throws IOException {
    if (channel.read(request.bytes) < 0) {
      close(key);
      return;
    }
    String text = new String(request.bytes.array(), 0, request.bytes.position(), US_ASCII);
    int headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0 || text.length() < headEnd + 4 + contentLength(text, headEnd)) {
      return;
    }
    request.bytes.clear();
    if (text.startsWith("POST ") && text.contains("\"stream\":false")) {
      write(channel, PlainAnswers.chat());
    } else if (text.startsWith("POST ")) {
      pacer.add(new Stream(channel));
    } else {
      String[] words = text.split(" ", 3);
      write(channel, PlainAnswers.toGet(words[1]));
    }
  }

  private static int contentLength(String text, int headEnd) {
    String head = text.substring(0, headEnd).toLowerCase(Locale.ROOT);
    int name = head.indexOf("\r\ncontent-length:");
    if (name < 0) {
      return 0;
    }
    int start = name + "\r\ncontent-length:".length();
    int end = head.indexOf('\r', start);
    return Integer.parseInt(head.substring(start, end < 0 ? head.length() : end).trim());
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      key.cancel();
    }
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        Thread.onSpinWait();
      }
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
}
