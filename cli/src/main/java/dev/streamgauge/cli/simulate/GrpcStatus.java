package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.HexFormat;

/** How a call ends, and with which fields that is said. */
enum GrpcStatus {
  OK(0),
  INVALID_ARGUMENT(3),
  RESOURCE_EXHAUSTED(8),
  UNIMPLEMENTED(12),
  INTERNAL(13);

  private final int code;

  GrpcStatus(int code) {
    this.code = code;
  }

  static Http2Headers head() {
    return head("200");
  }

  static Http2Headers head(String httpStatus) {
    return new DefaultHttp2Headers()
        .status(httpStatus)
        .set(HttpHeaderNames.CONTENT_TYPE, "application/grpc")
        .set("grpc-accept-encoding", "identity");
  }

  static Http2Headers trailers() {
    return new DefaultHttp2Headers();
  }

  /** Adds what a trailer says; the message as percent-encoded UTF-8. */
  Http2Headers endOf(Http2Headers fields, String message) {
    fields.set("grpc-status", Integer.toString(code));
    return message.isEmpty() ? fields : fields.set("grpc-message", encoded(message));
  }

  private static String encoded(String message) {
    StringBuilder text = new StringBuilder();
    for (byte b : utf8(message)) {
      if (b < ' ' || b > '~' || b == '%') {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      } else {
        text.append((char) b);
      }
    }
    return text.toString();
  }
}
