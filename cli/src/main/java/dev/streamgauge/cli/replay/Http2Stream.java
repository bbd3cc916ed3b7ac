package dev.streamgauge.cli.replay;

import dev.streamgauge.timeline.GrpcMessage;
import dev.streamgauge.timeline.GrpcStatus;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** One HTTP/2 stream: an exchange, or a gRPC call, whose end is in its trailers. */
final class Http2Stream {
  private final ReplayedExchange exchange;
  private final boolean grpc;
  private boolean answered;

  /** Bytes of a call's request came. */
  private boolean messageRead;

  Http2Stream(ReplayedExchange exchange, Http2Frames.Headers request) {
    this.exchange = exchange;
    this.grpc = protocol(request) == Protocol.GRPC;
  }

  static ReplayedExchange.Request request(Http2Frames.Headers headers) {
    String target = headers.text(":path", "/");
    int query = target.indexOf('?');
    return new ReplayedExchange.Request(
        headers.text(":method", ""),
        query < 0 ? target : target.substring(0, query),
        protocol(headers),
        headers.text("x-request-id", ""),
        headers.text("grpc-encoding"));
  }

  private static Protocol protocol(Http2Frames.Headers headers) {
    return Protocol.ofHttp2(headers.text("content-type"));
  }

  ReplayedExchange exchange() {
    return exchange;
  }

  void fromClient(Http2Frames.Frame frame, long nanos) {
    if (frame instanceof Http2Frames.Reset) {
      exchange.callerLeft(nanos);
    } else if (frame instanceof Http2Frames.Data data) {
      exchange.requestData(Unpooled.wrappedBuffer(data.bytes()), 0, data.bytes().length);
      exchange.messages(data.bytes(), nanos);
      messageRead |= grpc && data.bytes().length > 0;
    }
    if (isRequestsLast(frame)) {
      exchange.requestRead(nanos);
    }
  }

  /** A call's times count from its last message; the half-close behind it says nothing. */
  private boolean isRequestsLast(Http2Frames.Frame frame) {
    boolean message = grpc && frame instanceof Http2Frames.Data data && data.bytes().length > 0;
    return message || (frame.endsStream() && !messageRead);
  }

  void fromServer(Http2Frames.Frame frame, int read, long nanos) {
    switch (frame) {
      case Http2Frames.Headers headers -> headers(headers, nanos);
      case Http2Frames.Data data -> data(data, read, nanos);
      case Http2Frames.Reset _ -> exchange.end(Outcome.UPSTREAM_RESET, nanos);
    }
  }

  private void headers(Http2Frames.Headers headers, long nanos) {
    int status = headers.number(":status");
    if (!answered && status >= 200) {
      answered = true;
      exchange.responseHead(
          new ReplayedExchange.Response(
              status,
              headers.text("content-type"),
              headers.text(grpc ? "grpc-encoding" : "content-encoding"),
              headers::text),
          nanos);
    }
    if (headers.endsStream()) {
      ended(headers, nanos);
    }
  }

  private void data(Http2Frames.Data data, int read, long nanos) {
    int length = data.bytes().length;
    if (length > 0) {
      exchange.responseData(Unpooled.wrappedBuffer(data.bytes()), 0, length, read, nanos);
    }
    if (data.endsStream()) {
      ended(null, nanos);
    }
  }

  private void ended(Http2Frames.@Nullable Headers trailers, long nanos) {
    if (!grpc) {
      exchange.endedCleanly(nanos);
    } else if (trailers == null) {
      exchange.callEnded(null, null, nanos);
    } else {
      Integer status = GrpcStatus.codeOf(trailers.lastText("grpc-status"));
      exchange.callEnded(status, GrpcMessage.decoded(trailers.lastText("grpc-message")), nanos);
    }
  }

  void callerLeft(long nanos) {
    if (!exchange.ended()) {
      exchange.callerLeft(nanos);
    }
  }

  void recordingEnded(long nanos) {
    if (!exchange.ended()) {
      exchange.recordingEnded(nanos);
    }
  }

  void connectionEnded(Outcome outcome, long nanos) {
    exchange.end(outcome, nanos);
  }
}
