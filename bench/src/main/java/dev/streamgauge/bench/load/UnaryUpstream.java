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

/**
 * A model server without a model that answers at once, in one thread: every POST with 2 KB of JSON,
 * every other request with an empty 200.
 */
public final class UnaryUpstream implements AutoCloseable {
  private final Selector selector = Selector.open();
  private final ServerSocketChannel server = ServerSocketChannel.open();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private volatile boolean closed;

  public UnaryUpstream() throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    Thread.ofPlatform().daemon().name("upstream").start(this::serve);
  }

  public int port() {
    return server.socket().getLocalPort();
  }

  private void serve() {
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
          && key.attachment() instanceof PlainMessages requests) {
        answer(channel, requests);
      }
    } catch (IOException e) {
      close(key);
    }
  }

  private void accept() throws IOException {
    for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, new PlainMessages());
    }
  }

  private void answer(SocketChannel channel, PlainMessages requests) throws IOException {
    buffer.clear();
    if (channel.read(buffer) < 0) {
      throw new IOException("closed");
    }
    buffer.flip();
    while (requests.read(buffer)) {
      PlainHead head = requests.head();
      channel.write(head.asks("post") ? PlainAnswers.chat() : PlainAnswers.toGet(head.target()));
      if (requests.head().closes()) {
        throw new IOException("to be closed");
      }
      requests.next();
    }
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      key.cancel();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    selector.close();
  }
}
