package dev.streamgauge.otlp.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to one call: a head, at most one message, a trailer. Ends once, on the event
 * loop.
 */
final class Call extends ChannelInboundHandlerAdapter {
  private static final int PREFIX_BYTES = 5;
  private static final int OK = 200;

  private final long bytesMax;
  private final Consumer<GrpcResponse> onResponse;
  private final Consumer<Throwable> onError;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean over;

  Call(long bytesMax, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
    this.bytesMax = bytesMax;
    this.onResponse = onResponse;
    this.onError = onError;
  }

  boolean over() {
    return over;
  }

  /** False if it had ended before. */
  boolean fail(Throwable why) {
    if (over) {
      return false;
    }
    over = true;
    onError.accept(why);
    return true;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) throws IOException {
    try {
      switch (frame) {
        case Http2HeadersFrame head -> head(head);
        case Http2DataFrame data -> data(data.content());
        case Http2ResetFrame reset -> {
          var _ = fail(new IOException("the collector reset the call: " + reset.errorCode()));
        }
        default -> {} // priorities and the like
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    var _ = fail(NettyGrpcSender.closed());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = fail(cause);
    var _ = context.close();
  }

  private void head(Http2HeadersFrame head) {
    Http2Headers fields = head.headers();
    CharSequence status = fields.status();
    if (status != null && !Integer.toString(OK).contentEquals(status)) {
      var _ = fail(new IOException("the collector answers with HTTP status " + status));
    } else if (head.isEndStream()) {
      end(fields.get("grpc-status"), fields.get("grpc-message"));
    }
  }

  private void data(ByteBuf content) throws IOException {
    if (body.size() + content.readableBytes() > bytesMax + PREFIX_BYTES) {
      var _ = fail(new IOException("the collector's answer is above " + bytesMax + " bytes"));
      return;
    }
    content.readBytes(body, content.readableBytes());
  }

  private void end(@Nullable CharSequence status, @Nullable CharSequence message) {
    if (over) {
      return;
    }
    over = true;
    byte[] framed = body.toByteArray();
    byte[] answer = new byte[Math.max(0, framed.length - PREFIX_BYTES)];
    System.arraycopy(framed, framed.length - answer.length, answer, 0, answer.length);
    onResponse.accept(
        new Answer(code(status), message == null ? null : message.toString(), answer));
  }

  private static GrpcStatusCode code(@Nullable CharSequence status) {
    if (status == null || status.length() > 2) {
      return GrpcStatusCode.UNKNOWN;
    }
    try {
      return GrpcStatusCode.fromValue(Integer.parseInt(status, 0, status.length(), 10));
    } catch (NumberFormatException e) {
      return GrpcStatusCode.UNKNOWN;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answer(GrpcStatusCode status, @Nullable String description, byte[] message)
      implements GrpcResponse {
    @Override
    public GrpcStatusCode getStatusCode() {
      return status;
    }

    @Override
    public @Nullable String getStatusDescription() {
      return description;
    }

    @Override
    public byte[] getResponseMessage() {
      return message;
    }
  }
}
