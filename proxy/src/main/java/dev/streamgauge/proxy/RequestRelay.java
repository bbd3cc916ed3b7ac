package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Client to server: the head and the body's bytes as they came. Keeps what was sent over a reused
 * connection until the first byte of the answer, so that it can be sent again if the server had
 * just closed that connection; past {@code --retry-body-bytes} it keeps nothing. Owns what it
 * keeps. On one event loop.
 */
final class RequestRelay {
  private final long keptBytesMax;
  private ByteBuf head;
  private final List<ByteBuf> kept = new ArrayList<>(2);
  private @Nullable UpstreamConnection upstream;
  private long keptBytes;
  private boolean keeping = true;
  private boolean complete;
  private boolean unflushed;

  /** Takes ownership of the head. */
  RequestRelay(ByteBuf head, long keptBytesMax) {
    this.head = head;
    this.keptBytesMax = keptBytesMax;
  }

  /** The head is to have other values; before it is sent. */
  void editHead(UnaryOperator<ByteBuf> edit) {
    head = edit.apply(head);
  }

  /** More body than is kept waits for a connection: the client is to be read no further. */
  boolean full() {
    return upstream == null && keptBytes > keptBytesMax;
  }

  /** All of the body was handed in. */
  boolean complete() {
    return complete;
  }

  void completed() {
    complete = true;
  }

  /** Whether all that was sent is still here. */
  boolean canSendAgain() {
    return keeping && keptBytes <= keptBytesMax;
  }

  /** Takes ownership of a piece of the body. */
  void body(ByteBuf piece) {
    UpstreamConnection connection = upstream;
    if (connection != null) {
      unflushed = true;
      var _ = connection.channel().write(keeping ? piece.retainedDuplicate() : piece);
    }
    if (connection == null && !keeping) {
      piece.release();
    } else if (keeping) {
      kept.add(piece);
      keptBytes += piece.readableBytes();
      if (connection != null && keptBytes > keptBytesMax) {
        dropKept();
      }
    }
  }

  /** Sends all that is here over a connection. */
  void sendOver(UpstreamConnection connection) {
    upstream = connection;
    unflushed = true;
    var _ = connection.channel().write(head.retainedDuplicate());
    for (ByteBuf piece : kept) {
      var _ = connection.channel().write(piece.retainedDuplicate());
    }
    if (!connection.reused() || keptBytes > keptBytesMax) {
      dropKept();
    }
  }

  /** Back to waiting for a connection. */
  void detach() {
    upstream = null;
  }

  /** Whether something was written and not flushed; flushes it. */
  boolean flush() {
    UpstreamConnection connection = upstream;
    if (!unflushed || connection == null) {
      return false;
    }
    unflushed = false;
    connection.channel().flush();
    return true;
  }

  /** The answer has begun, or there will be none: nothing is sent again. Idempotent. */
  void dropKept() {
    if (!keeping) {
      return;
    }
    keeping = false;
    head.release();
    for (ByteBuf piece : kept) {
      piece.release();
    }
    kept.clear();
  }
}
