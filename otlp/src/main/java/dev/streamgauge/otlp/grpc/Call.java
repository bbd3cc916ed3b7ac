package dev.streamgauge.otlp.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to one call: a head, at most one message, a trailer. Ends once, on the event
 * loop.
 */
final class Call extends ChannelInboundHandlerAdapter {
  private static final int PREFIX_BYTES = 5;
  private static final String OK = "200";
  private static final String GRPC = "application/grpc";
  private static final int CODES = GrpcStatusCode.values().length;

  private final long bytesMax;
  private final Consumer<GrpcAnswer> onEnd;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean over;

  Call(long bytesMax, Consumer<GrpcAnswer> onEnd) {
    this.bytesMax = bytesMax;
    this.onEnd = onEnd;
  }

  boolean over() {
    return over;
  }

  /** Without effect if it had ended before. */
  void end(GrpcAnswer answer) {
    if (!over) {
      over = true;
      onEnd.accept(answer);
    }
  }

  /** The way to the collector is broken; that may pass. */
  void lost(String why) {
    end(GrpcAnswer.none(GrpcStatusCode.UNAVAILABLE, why));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) throws IOException {
    try {
      switch (frame) {
        case Http2HeadersFrame head -> head(head);
        case Http2DataFrame data -> data(data.content(), data.isEndStream());
        default -> {} // priorities and the like
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  /** Netty tells of a reset, and of a GOAWAY that leaves this call out, as events. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    switch (event) {
      case Http2ResetFrame reset -> end(GrpcAnswer.ofReset(reset.errorCode()));
      case Http2GoAwayFrame _ -> lost("the collector closes the connection");
      default -> {} // the end of one direction
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    lost("the connection was closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    lost(cause.toString());
    var _ = context.close();
  }

  private void head(Http2HeadersFrame head) {
    Http2Headers fields = head.headers();
    CharSequence status = fields.status();
    CharSequence type = fields.get("content-type");
    if (status != null && !OK.contentEquals(status)) {
      end(GrpcAnswer.ofHttp(status.toString()));
    } else if (type != null && !type.toString().startsWith(GRPC)) {
      end(GrpcAnswer.none(GrpcStatusCode.UNKNOWN, "no gRPC: content-type " + type));
    } else if (head.isEndStream()) {
      end(spoken(fields));
    }
  }

  private void data(ByteBuf content, boolean last) throws IOException {
    if (body.size() + content.readableBytes() > bytesMax + PREFIX_BYTES) {
      end(GrpcAnswer.none(GrpcStatusCode.INTERNAL, "the answer is above " + bytesMax + " bytes"));
      return;
    }
    content.readBytes(body, content.readableBytes());
    if (last) {
      end(GrpcAnswer.none(GrpcStatusCode.INTERNAL, "the answer has no status"));
    }
  }

  private GrpcAnswer spoken(Http2Headers fields) {
    GrpcStatusCode status = code(fields.get("grpc-status"));
    byte[] message = message();
    if (status == GrpcStatusCode.OK && message == null) {
      return GrpcAnswer.none(GrpcStatusCode.INTERNAL, "the answer is not one message");
    }
    return new GrpcAnswer(
        status,
        description(fields.get("grpc-message")),
        message == null ? new byte[0] : message,
        RetryInfo.delay(fields.get("grpc-status-details-bin")),
        true);
  }

  /** Behind its prefix: not compressed, for we did not ask for that. Null if it is not whole. */
  private byte @Nullable [] message() {
    byte[] framed = body.toByteArray();
    if (framed.length == 0) {
      return framed;
    }
    boolean whole =
        framed.length >= PREFIX_BYTES
            && framed[0] == 0
            && ByteBuffer.wrap(framed).getInt(1) == framed.length - PREFIX_BYTES;
    return whole ? Arrays.copyOfRange(framed, PREFIX_BYTES, framed.length) : null;
  }

  private static GrpcStatusCode code(@Nullable CharSequence status) {
    for (int code = 0; status != null && code < CODES; code++) {
      if (Integer.toString(code).contentEquals(status)) {
        return GrpcStatusCode.fromValue(code);
      }
    }
    return GrpcStatusCode.UNKNOWN;
  }

  /** Percent-encoded (gRPC over HTTP/2, "Responses"); shown as it is where it is not. */
  private static @Nullable String description(@Nullable CharSequence message) {
    if (message == null) {
      return null;
    }
    try {
      return URLDecoder.decode(message.toString().replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return message.toString();
    }
  }
}
