package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Client to server: the head and the body's bytes as they came. Keeps what was sent over a reused
 * connection until the first byte of the answer, so that it can be sent again if the server had
 * just closed that connection; past {@code --retry-body-bytes} it keeps nothing. Owns what it
 * keeps. On one event loop.
 */
final class RequestRelay {
  /** Each holds some hundred bytes beside its own. */
  private static final int PIECES_MAX = 512;

  private final long keptBytesMax;
  private @Nullable UpstreamHead head;
  private final List<ByteBuf> kept = new ArrayList<>(2);
  private @Nullable UpstreamLink upstream;
  private @Nullable Head trailer;
  private long keptBytes;
  private boolean keeping = true;
  private boolean complete;
  private boolean unflushed;

  RequestRelay(UpstreamHead head, long keptBytesMax) {
    this.head = head;
    this.keptBytesMax = keptBytesMax;
  }

  /** A field of the head is to have another value; before it is sent. */
  void changeHead(String lowerCaseName, String value) {
    UpstreamHead unsent = head;
    if (unsent != null) {
      unsent.change(lowerCaseName, value);
    }
  }

  /** More body than is kept waits for a connection: the client is to be read no further. */
  boolean full() {
    return upstream == null && tooMuch();
  }

  private boolean tooMuch() {
    return keptBytes > keptBytesMax || kept.size() > PIECES_MAX;
  }

  /** All of the body was handed in. */
  boolean complete() {
    return complete;
  }

  void completed(@Nullable Head bodyTrailer) {
    complete = true;
    trailer = bodyTrailer;
    UpstreamLink link = upstream;
    if (link != null) {
      unflushed = true;
      link.end(bodyTrailer);
    }
  }

  /** Whether all that was sent is still here. */
  boolean canSendAgain() {
    return keeping && !tooMuch();
  }

  /** Takes ownership of a piece of the body. */
  void body(ByteBuf piece) {
    UpstreamLink link = upstream;
    if (link != null) {
      unflushed = true;
      link.body(keeping ? piece.retainedDuplicate() : piece);
    }
    if (link == null && !keeping) {
      piece.release();
    } else if (keeping) {
      kept.add(piece);
      keptBytes += piece.readableBytes();
      if (link != null && tooMuch()) {
        dropKept();
      }
    }
  }

  /** Sends all that is here over a connection. */
  void sendOver(UpstreamLink link) {
    UpstreamHead sent = head;
    if (sent == null) {
      throw new IllegalStateException("nothing is kept");
    }
    upstream = link;
    unflushed = true;
    link.head(sent);
    for (ByteBuf piece : kept) {
      link.body(piece.retainedDuplicate());
    }
    if (complete) {
      link.end(trailer);
    }
    if (!link.reused() || tooMuch()) {
      dropKept();
    }
  }

  /** Back to waiting for a connection. */
  void detach() {
    upstream = null;
  }

  /** Whether something was written and not flushed; flushes it. */
  boolean flush() {
    UpstreamLink link = upstream;
    if (!unflushed || link == null) {
      return false;
    }
    unflushed = false;
    link.flush();
    return true;
  }

  /** The answer has begun, or there will be none: nothing is sent again. Idempotent. */
  void dropKept() {
    if (!keeping) {
      return;
    }
    keeping = false;
    head = null;
    for (ByteBuf piece : kept) {
      piece.release();
    }
    kept.clear();
  }
}
