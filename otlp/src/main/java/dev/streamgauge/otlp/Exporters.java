package dev.streamgauge.otlp;

import dev.streamgauge.config.OtlpSettings.Protocol;
import dev.streamgauge.config.OtlpSettings.Target;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;

/**
 * The SDK's exporters, as the settings say: their builders have no common type. What they count of
 * themselves is not published. Reads the files of TLS.
 */
final class Exporters {
  private Exporters() {}

  static SpanExporter spans(Target target) throws IOException {
    Tls tls = Tls.read(target);
    if (target.protocol() == Protocol.GRPC) {
      var grpc =
          OtlpGrpcSpanExporter.builder()
              .setComponentLoader(new AnswerLimit())
              .setEndpoint(target.endpoint().toString())
              .setTimeout(target.timeout())
              .setCompression(compression(target))
              .setHeaders(target::headers)
              .setMeterProvider(MeterProvider.noop());
      tls.apply(grpc::setTrustedCertificates, grpc::setClientTls);
      return grpc.build();
    }
    var http =
        OtlpHttpSpanExporter.builder()
            .setComponentLoader(new AnswerLimit())
            .setEndpoint(target.endpoint().toString())
            .setTimeout(target.timeout())
            .setCompression(compression(target))
            .setHeaders(target::headers)
            .setMeterProvider(MeterProvider.noop());
    tls.apply(http::setTrustedCertificates, http::setClientTls);
    return http.build();
  }

  static MetricExporter metrics(Target target) throws IOException {
    Tls tls = Tls.read(target);
    if (target.protocol() == Protocol.GRPC) {
      var grpc =
          OtlpGrpcMetricExporter.builder()
              .setComponentLoader(new AnswerLimit())
              .setEndpoint(target.endpoint().toString())
              .setTimeout(target.timeout())
              .setCompression(compression(target))
              .setHeaders(target::headers)
              .setMeterProvider(MeterProvider.noop());
      tls.apply(grpc::setTrustedCertificates, grpc::setClientTls);
      return grpc.build();
    }
    var http =
        OtlpHttpMetricExporter.builder()
            .setComponentLoader(new AnswerLimit())
            .setEndpoint(target.endpoint().toString())
            .setTimeout(target.timeout())
            .setCompression(compression(target))
            .setHeaders(target::headers)
            .setMeterProvider(MeterProvider.noop());
    tls.apply(http::setTrustedCertificates, http::setClientTls);
    return http.build();
  }

  static LogRecordExporter logs(Target target) throws IOException {
    Tls tls = Tls.read(target);
    if (target.protocol() == Protocol.GRPC) {
      var grpc =
          OtlpGrpcLogRecordExporter.builder()
              .setComponentLoader(new AnswerLimit())
              .setEndpoint(target.endpoint().toString())
              .setTimeout(target.timeout())
              .setCompression(compression(target))
              .setHeaders(target::headers)
              .setMeterProvider(MeterProvider.noop());
      tls.apply(grpc::setTrustedCertificates, grpc::setClientTls);
      return grpc.build();
    }
    var http =
        OtlpHttpLogRecordExporter.builder()
            .setComponentLoader(new AnswerLimit())
            .setEndpoint(target.endpoint().toString())
            .setTimeout(target.timeout())
            .setCompression(compression(target))
            .setHeaders(target::headers)
            .setMeterProvider(MeterProvider.noop());
    tls.apply(http::setTrustedCertificates, http::setClientTls);
    return http.build();
  }

  private static String compression(Target target) {
    return target.gzip() ? "gzip" : "none";
  }
}
