package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.Malformed;
import dev.streamgauge.proxy.http2.Http2Heads;
import dev.streamgauge.proxy.http2.ReadHead;
import dev.streamgauge.telemetry.LiveMetrics.RetryReason;
import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One exchange's stream on a connection of HTTP/2 to the server. The last piece of a body waits for
 * the flush that follows, so that the end can stand in its frame. On one event loop.
 */
final class Http2UpstreamStream implements UpstreamLink {
  private final Http2UpstreamConnection connection;
  private final boolean reused;
  private @Nullable Exchange exchange;
  private @Nullable Http2Stream stream;
  private @Nullable Http2Headers unsentHead;
  private @Nullable ByteBuf unsentData;

  /** Takes the client's chunks off; null where there are none. */
  private @Nullable BodyFraming chunks;

  private final WaitingBytes waiting = new WaitingBytes(this::drained);
  private final SmallPieces small = new SmallPieces();
  private boolean touched;
  private boolean headRead;
  private boolean answerEnded;
  private boolean reading = true;
  private boolean unprocessed;
  private boolean closedAmongOthers;
  private boolean over;
  private int unconsumedBytes;

  Http2UpstreamStream(Http2UpstreamConnection connection, boolean reused) {
    this.connection = connection;
    this.reused = reused;
  }

  @Override
  public boolean reused() {
    return reused;
  }

  /**
   * Alone on a connection that had been idle, as one of HTTP/1: it was closed as it was used again.
   * What stood beside others may have been begun with, unless a GOAWAY says that it was not.
   */
  @Override
  public @Nullable RetryReason retryReason() {
    if (!reused) {
      return null;
    }
    if (unprocessed) {
      return RetryReason.REUSED_CONNECTION_GOAWAY;
    }
    return closedAmongOthers ? null : RetryReason.REUSED_CONNECTION_CLOSED;
  }

  /** 0 before it is opened. */
  int id() {
    Http2Stream opened = stream;
    return opened == null ? 0 : opened.id();
  }

  @Override
  public void serve(Exchange served) {
    exchange = served;
  }

  // ---- to the server

  @Override
  public void head(UpstreamHead head) {
    unsentHead = head.http2(connection.secure());
    chunks =
        head.body() == BodyFraming.Kind.CHUNKED
            ? BodyFraming.chunked(connection.loop.shared.limits())
            : null;
  }

  @Override
  public void body(ByteBuf piece) {
    BodyFraming framed = chunks;
    if (framed == null) {
      data(piece);
    } else {
      int _ =
          framed.advance(
              piece,
              piece.readerIndex(),
              piece.writerIndex(),
              (buffer, start, end) -> data(buffer.retainedSlice(start, end - start)));
      piece.release();
    }
  }

  /** Takes ownership. */
  private void data(ByteBuf piece) {
    if (!piece.isReadable() || over) {
      piece.release();
      return;
    }
    sendHead(false);
    sendData(false);
    unsentData = piece;
  }

  @Override
  public void end(@Nullable Head trailer) {
    Http2Headers fields = trailer == null ? null : Http2Heads.trailer(trailer);
    boolean last = fields == null;
    if (unsentHead != null) {
      sendHead(last);
    } else if (last && unsentData == null) {
      unsentData = Unpooled.EMPTY_BUFFER;
    }
    sendData(last);
    if (fields != null && !over) {
      ChannelHandlerContext to = connection.context();
      int id = streamId();
      var _ = connection.encoder().writeHeaders(to, id, fields, 0, true, to.newPromise());
    }
  }

  private void sendHead(boolean last) {
    Http2Headers fields = unsentHead;
    unsentHead = null;
    if (fields != null && !over) {
      stream = connection.open(this, fields, last);
      over = stream == null;
    }
  }

  private void sendData(boolean last) {
    ByteBuf data = unsentData;
    unsentData = null;
    if (data == null) {
      return;
    }
    if (over) {
      data.release();
      return;
    }
    ChannelHandlerContext to = connection.context();
    ChannelPromise done = to.newPromise();
    waiting.add(data.readableBytes(), done);
    var _ = connection.encoder().writeData(to, streamId(), data, 0, last, done);
  }

  private int streamId() {
    Http2Stream opened = stream;
    if (opened == null) {
      throw new IllegalStateException("no head was sent");
    }
    return opened.id();
  }

  @Override
  public void flush() {
    sendHead(false);
    sendData(false);
    connection.flushOnce();
    if (!writable()) {
      connection.flushNow(); // what came in one read may wait for nothing but this
    }
    Exchange current = exchange;
    if (current != null && !writable()) {
      current.upstreamWritable(false);
    }
  }

  @Override
  public boolean writable() {
    return over || !waiting.full();
  }

  private void drained() {
    Exchange current = exchange;
    if (current != null) {
      current.upstreamWritable(true);
    }
  }

  /** A fault of ours. */
  void failed(Throwable cause) {
    Exchange current = exchange;
    if (current != null) {
      current.failed(cause);
    }
  }

  // ---- from the server

  /** A head, or what stands behind the body. False if it is none. */
  boolean headers(Http2Headers fields, boolean end, long nowNanos) {
    Exchange current = exchange;
    answerEnded |= end;
    HttpLimits limits = connection.loop.shared.limits();
    ReadHead read =
        headRead ? ReadHead.trailer(fields, limits) : ReadHead.response(fields, limits.fieldsMax());
    Head head = read.head();
    if (head == null) {
      Malformed why = read.malformed();
      if (why != null) {
        HitLimits.ofResponse(connection.loop.live(), why.limit());
        malformed(why.reason());
      }
      return false;
    }
    if (current == null) {
      return true;
    }
    if (headRead) {
      handOver();
      current.upstreamEnded(head, nowNanos);
    } else {
      headRead = head.status() >= 200;
      current.upstreamHead(head, end, nowNanos);
    }
    return true;
  }

  /** A head or a trailer, larger than {@code --max-header-bytes}: it was read over. */
  void tooLarge() {
    Malformed why = ReadHead.tooLarge(headRead, connection.loop.shared.limits());
    HitLimits.ofResponse(connection.loop.live(), why.limit());
    malformed(why.reason());
  }

  /** The stream is reset by the caller; no other one has anything to do with it. */
  void malformed(String why) {
    handOver();
    Exchange current = exchange;
    over = true;
    if (current != null) {
      current.upstreamMalformed(why);
    }
  }

  boolean headRead() {
    return headRead;
  }

  /** Bytes of the body; observes. Answers how many of the window may be given back now. */
  int read(ByteBuf data, int padding, boolean end, long nowNanos) {
    int bytes = data.readableBytes() + padding;
    answerEnded |= end;
    Exchange current = exchange;
    if (current == null) {
      return bytes;
    }
    if (data.isReadable() && !small.add(connection.context().alloc(), data)) {
      handOver();
      if (!small.add(connection.context().alloc(), data)) {
        current.upstreamRead(data, nowNanos);
      }
    }
    if (end) {
      handOver();
    }
    if (end && exchange == current) {
      current.upstreamEnded(null, nowNanos);
    }
    if (reading || exchange != current) {
      return bytes;
    }
    unconsumedBytes += bytes;
    return 0;
  }

  /** The small pieces of this read go on to the client's side, which does not flush them yet. */
  void handOver() {
    ByteBuf pieces = small.take();
    Exchange current = exchange;
    if (pieces == null) {
      return;
    }
    try {
      if (current != null) {
        current.upstreamRead(pieces, connection.readNanos());
      }
    } catch (RuntimeException e) {
      failed(e); // others on the connection have nothing to do with it
    } finally {
      pieces.release();
    }
  }

  /** Whether this is the first that this read brought. */
  boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  void flushClient() {
    touched = false;
    Exchange current = exchange;
    if (current != null) {
      current.flushClient();
    }
  }

  void serverReset(long errorCode) {
    handOver();
    Exchange current = exchange;
    over = true;
    if (current != null) {
      current.upstreamReset(errorCode);
    }
  }

  /** The server does not take a head of that size. */
  void headTooLarge() {
    Exchange current = exchange;
    over = true;
    dropUnsent();
    connection.left(this);
    if (current != null) {
      current.answer(431, Outcome.CALLER_INVALID, "the head is longer than the server takes");
    }
  }

  /**
   * The stream is closed; if the answer is not whole, with the connection or by a GOAWAY.
   *
   * @param fault what was wrong with all that the server sent on the connection; null: nothing
   */
  void closed(UpstreamEnd how, @Nullable String fault) {
    handOver();
    Exchange current = exchange;
    over = true;
    unprocessed = how instanceof UpstreamEnd.WentAway;
    closedAmongOthers = !connection.carriesOnly(this);
    dropUnsent();
    connection.left(this);
    if (current != null && fault != null) {
      current.upstreamMalformed(fault);
    } else if (current != null) {
      current.upstreamGone(how);
    }
  }

  @Override
  public void pauseReading() {
    reading = false;
  }

  @Override
  public void resumeReading() {
    Http2Stream opened = stream;
    if (!reading) {
      reading = true;
      int bytes = unconsumedBytes;
      unconsumedBytes = 0;
      if (opened != null && !over) {
        connection.consume(opened, bytes);
      }
    }
  }

  // ---- ends

  @Override
  public void giveBack(long nowNanos) {
    exchange = null;
    Http2Stream opened = stream;
    if (opened != null && !over && answerEnded && !opened.state().localSideOpen()) {
      // What is not acknowledged any more ends by itself: both sides have said all.
      resumeReading();
    } else {
      cancel(Http2Error.CANCEL.code());
    }
  }

  @Override
  public void cancel(long errorCode) {
    exchange = null;
    dropUnsent();
    Http2Stream opened = stream;
    if (opened == null) {
      connection.left(this);
    } else if (!over) {
      if (waiting.any()) {
        connection.flushNow(); // it would be written behind the reset: RFC 9113 section 5.1
      }
      connection.reset(opened.id(), errorCode);
    }
    over = true;
  }

  @Override
  public void endIfSilent(long nowNanos) {
    connection.endIfSilent(nowNanos);
  }

  private void dropUnsent() {
    small.release();
    ByteBuf data = unsentData;
    unsentData = null;
    unsentHead = null;
    if (data != null) {
      data.release();
    }
  }

  @Override
  public void endOutput(Runnable done) {
    throw new IllegalStateException("no stream of HTTP/2 is upgraded");
  }
}
