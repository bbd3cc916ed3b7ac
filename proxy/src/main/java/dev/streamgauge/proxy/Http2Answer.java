package dev.streamgauge.proxy;

import dev.streamgauge.timeline.GrpcMessage;
import dev.streamgauge.timeline.GrpcStatus;
import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * A whole answer of our own on a stream of HTTP/2: to a gRPC call its status and a message in one
 * head (gRPC over HTTP/2, "Trailers-Only"), to all else the error as model servers report it.
 *
 * @param bodyless whether it answers HEAD
 */
record Http2Answer(
    int status, Outcome outcome, String message, String requestId, boolean bodyless, boolean grpc) {

  /** gRPC's own is 200 whatever became of the call. */
  int shownStatus() {
    return grpc ? 200 : status;
  }

  /** Each done when the client's socket has taken it; one and the same without a body. */
  record Written(ChannelFuture head, ChannelFuture end) {}

  Written write(Http2ClientConnection connection, Http2Stream stream) {
    ChannelHandlerContext to = connection.context();
    long retryAfterSeconds = connection.loop.shared.retryAfterSeconds();
    Http2Headers fields = grpc ? grpcFields(retryAfterSeconds) : fields(retryAfterSeconds);
    boolean empty = grpc || bodyless;
    ChannelFuture head =
        connection.encoder().writeHeaders(to, stream.id(), fields, 0, empty, to.newPromise());
    if (empty) {
      return new Written(head, head);
    }
    ByteBuf body = ByteBufUtil.writeAscii(to.alloc(), Answers.body(status, outcome, message));
    ChannelFuture end =
        connection.encoder().writeData(to, stream.id(), body, 0, true, to.newPromise());
    return new Written(head, end);
  }

  private Http2Headers fields(long retryAfterSeconds) {
    Http2Headers fields = new DefaultHttp2Headers(false, 6);
    fields.status(Integer.toString(status));
    fields.add("content-type", "application/json");
    fields.add("content-length", "" + Answers.body(status, outcome, message).length());
    if (status == 503) {
      fields.add("retry-after", Long.toString(retryAfterSeconds));
    }
    return withId(fields);
  }

  private Http2Headers grpcFields(long retryAfterSeconds) {
    Http2Headers fields = new DefaultHttp2Headers(false, 8);
    fields.status("200");
    fields.add("content-type", "application/grpc");
    int code = GrpcStatus.ofRefusal(outcome, status).code();
    fields.add("grpc-status", Integer.toString(code));
    fields.add("grpc-message", GrpcMessage.encoded(message));
    if (status == 503) {
      fields.add("grpc-retry-pushback-ms", Long.toString(1_000 * retryAfterSeconds));
      fields.add("grpc-status-details-bin", GrpcRetry.details(code, message, retryAfterSeconds));
    }
    return withId(fields);
  }

  private Http2Headers withId(Http2Headers fields) {
    if (!requestId.isEmpty()) {
      fields.add("x-request-id", requestId);
    }
    return fields;
  }
}
