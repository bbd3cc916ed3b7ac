package dev.streamgauge.otlp.grpc;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import java.time.Duration;
import java.util.Locale;

/** The fields of a call (gRPC over HTTP/2, "Requests"). */
record CallHead(GrpcSenderConfig config) {

  /**
   * Of one try.
   *
   * @param timeLeft how long the collector may take
   */
  Http2Headers fields(Duration timeLeft) {
    Http2Headers fields = new DefaultHttp2Headers();
    String method = config.getFullMethodName();
    fields.method("POST");
    fields.scheme(config.getEndpoint().getScheme());
    fields.authority(config.getEndpoint().getAuthority());
    fields.path(method.startsWith("/") ? method : "/" + method);
    fields.add("te", "trailers");
    fields.add("content-type", "application/grpc");
    fields.add("grpc-timeout", Math.max(1, timeLeft.toMillis()) + "m");
    Compressor compressor = config.getCompressor();
    if (compressor != null) {
      fields.add("grpc-encoding", compressor.getEncoding());
    }
    var further = config.getHeadersSupplier().get();
    if (further != null) {
      further.forEach(
          (name, values) ->
              values.forEach(value -> fields.add(name.toLowerCase(Locale.ROOT), value)));
    }
    return fields;
  }
}
