package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http2.Http2Heads;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream of HTTP/2. What its window does not take waits in the connection; past 64 KiB
 * the server is read no further. On one event loop.
 */
final class Http2Output extends ClientOutput {
  private final Http2ClientConnection connection;
  private final Http2Stream stream;
  private boolean unflushed;
  private @Nullable ChannelFuture lastWrite;
  private @Nullable DataFrame lastPiece;

  /** The write with which the stream ends; null before it. */
  private @Nullable ChannelFuture end;

  private final WaitingBytes waiting = new WaitingBytes(this::drained);

  Http2Output(Exchange exchange, Http2ClientConnection connection, Http2Stream stream) {
    super(exchange);
    this.connection = connection;
    this.stream = stream;
  }

  boolean endWritten() {
    return end != null;
  }

  private void drained() {
    if (!exchange.ended()) {
      exchange.clientWritable();
    }
  }

  @Override
  void head(AnswerHead answer, long readNanos) {
    beginOverhead(readNanos);
    Http2Headers fields = Http2Heads.response(answer.head(), answer.bodyless(), answer.added());
    long length = answer.contentLength();
    if (length >= 0) {
      fields.setLong("content-length", length);
    }
    boolean last = answer.empty();
    ChannelFuture written = writeHeaders(fields, last);
    if (last) {
      end = written;
    }
  }

  private ChannelFuture writeHeaders(Http2Headers fields, boolean last) {
    ChannelHandlerContext to = connection.context();
    unflushed = true;
    connection.unflushed();
    ChannelPromise done = to.newPromise();
    lastWrite = done;
    return connection.encoder().writeHeaders(to, stream.id(), fields, 0, last, done);
  }

  @Override
  void relay(ByteBuf buffer, int from, int to, long readNanos) {
    if (to == from) {
      return;
    }
    beginOverhead(readNanos);
    for (int at = from; at < to; at += DataFrame.BYTES_MAX) {
      piece(buffer, at, Math.min(to, at + DataFrame.BYTES_MAX));
    }
    if (waiting.full()) {
      flushWritten(); // what came in one read may wait for nothing but this
      if (waiting.full()) {
        pauseUpstream();
      }
    }
  }

  private void piece(ByteBuf buffer, int from, int to) {
    if (!stream.state().localSideOpen()) {
      return; // reset a moment ago
    }
    ChannelPromise done = connection.context().newPromise();
    written(to - from, done);
    DataFrame frame = DataFrame.of(connection, stream, buffer, from, to, done);
    lastPiece = frame;
    connection.encoder().flowController().addFlowControlled(stream, frame);
  }

  private void written(int bytes, ChannelFuture done) {
    unflushed = true;
    connection.unflushed();
    lastWrite = done;
    connection.wrote();
    waiting.add(bytes, done);
  }

  /** The last piece if that is still here, and else an empty frame. */
  private ChannelFuture writeEnd() {
    DataFrame piece = lastPiece;
    ChannelFuture withPiece = piece == null ? null : piece.end();
    if (withPiece != null) {
      return withPiece;
    }
    ChannelHandlerContext to = connection.context();
    ChannelPromise done = to.newPromise();
    written(0, done);
    return connection.encoder().writeData(to, stream.id(), Unpooled.EMPTY_BUFFER, 0, true, done);
  }

  @Override
  int answer(int status, Outcome outcome, String message, boolean close) {
    beginOverhead(loop.nanos());
    String id = loop.shared.settings().headers().requestId() ? exchange.identity.requestId() : "";
    boolean grpc = exchange.protocol == Protocol.GRPC;
    Http2Answer answer = new Http2Answer(status, outcome, message, id, exchange.toHead, grpc);
    Http2Answer.Written written = answer.write(connection, stream);
    lastWrite = written.head();
    end = written.end();
    unflushed = true;
    connection.unflushed();
    return answer.shownStatus();
  }

  @Override
  void flushWritten() {
    if (unflushed) {
      unflushed = false;
      connection.flushWritten();
    }
  }

  @Override
  ChannelFuture end(@Nullable Head trailer) {
    ChannelFuture ended = end;
    if (ended == null) {
      Http2Headers fields = trailer == null ? null : Http2Heads.trailer(trailer);
      ended = fields == null ? writeEnd() : writeHeaders(fields, true);
      end = ended;
    }
    // Not within this call: who asked has yet to say what follows the end.
    unflushed = false;
    connection.flushSoon();
    return ended;
  }

  @Override
  @Nullable ChannelFuture lastWrite() {
    ChannelFuture last = lastWrite;
    return last == null || last.isSuccess() ? null : last;
  }

  @Override
  boolean waits() {
    return waiting.any();
  }

  @Override
  long progress() {
    return waiting.takenBytes();
  }
}
