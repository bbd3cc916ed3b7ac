package dev.streamgauge.otlp;

import dev.streamgauge.config.OtlpSettings;
import dev.streamgauge.config.OtlpSettings.Signal;
import dev.streamgauge.config.OtlpSettings.Target;
import dev.streamgauge.config.ProxySettings.PodFacts;
import dev.streamgauge.telemetry.AccessLogChoice;
import dev.streamgauge.telemetry.AccessLogFields;
import dev.streamgauge.telemetry.PushCounts;
import dev.streamgauge.telemetry.RecordPush;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import dev.streamgauge.timeline.RequestRecord;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is sent by OTLP. Records are handed over on their event loops, which costs a copy
 * without the large parts and a place in a bounded ring; all else happens on threads of its own.
 */
public final class OtlpPush implements RecordPush {
  /** A request line may be 16 KiB: of a path that waits to be sent its beginning is kept. */
  private static final int PATH_LENGTH_MAX = 256;

  private static final String SCHEMA_V1_41 = "https://opentelemetry.io/schemas/1.41.0";

  private final @Nullable RecordPusher spans;
  private final @Nullable RecordPusher logs;
  private final AccessLogChoice choice;
  private final @Nullable MetricPusher metrics;

  private OtlpPush(
      @Nullable RecordPusher spans,
      @Nullable RecordPusher logs,
      AccessLogChoice choice,
      @Nullable MetricPusher metrics) {
    this.spans = spans;
    this.logs = logs;
    this.choice = choice;
    this.metrics = metrics;
  }

  /**
   * What is told of the process and its requests.
   *
   * @param logging what the access log tells of a request
   * @param secure whether clients connect by TLS
   * @param clock when metrics were taken
   */
  public record Told(
      PodFacts pod,
      String version,
      Semconv semconv,
      AccessLogging logging,
      boolean secure,
      InstantSource clock) {}

  /**
   * Starts sending.
   *
   * @throws IOException if a file of TLS cannot be read
   */
  public static OtlpPush start(OtlpSettings settings, Told told, Telemetry telemetry)
      throws IOException {
    SdkLines.instead(System.err::println);
    Resource resource = Resources.of(settings, told.pod(), told.version());
    Target traces = settings.targets().get(Signal.TRACES);
    Target logs = settings.targets().get(Signal.LOGS);
    Target metrics = settings.targets().get(Signal.METRICS);
    SpanExporter spanExporter = traces == null ? null : Exporters.spans(traces);
    LogRecordExporter logExporter = logs == null ? null : Exporters.logs(logs);
    MetricExporter metricExporter = metrics == null ? null : Exporters.metrics(metrics);
    AccessLogChoice choice = new AccessLogChoice(told.logging());
    PushCounts counts = telemetry.pushes();
    return new OtlpPush(
        traces == null || spanExporter == null
            ? null
            : new RecordPusher(
                counts,
                PushCounts.Signal.TRACES,
                new SpanBatch(spanMaker(resource, told), spanExporter),
                settings.spansEvery(),
                traces.timeout()),
        logs == null || logExporter == null
            ? null
            : new RecordPusher(
                counts,
                PushCounts.Signal.LOGS,
                new LogMaker(
                    resource,
                    new AccessLogFields(told.logging()),
                    choice,
                    logExporter,
                    told.version()),
                settings.logsEvery(),
                logs.timeout()),
        choice,
        metrics == null || metricExporter == null
            ? null
            : new MetricPusher(
                counts,
                telemetry::scrape,
                new MetricConversion(
                    resource,
                    InstrumentationScopeInfo.builder(SpanMaker.SCOPE)
                        .setVersion(told.version())
                        .build(),
                    MetricPusher.epochNanos(told.clock().instant()),
                    settings.exponential()),
                metricExporter,
                told.clock(),
                settings.metricsEvery(),
                metrics.timeout()));
  }

  private static SpanMaker spanMaker(Resource resource, Told told) {
    return new SpanMaker(
        resource,
        new SpanAttributes(told.semconv(), told.logging().client(), told.secure()),
        told.version(),
        told.semconv() == Semconv.V1_41 ? SCHEMA_V1_41 : null);
  }

  @Override
  public void accept(RequestRecord record) {
    RecordPusher toSpans = record.span() == null ? null : spans;
    RecordPusher toLogs = logs != null && choice.take(record) ? logs : null;
    if (toSpans == null && toLogs == null) {
      return;
    }
    RequestRecord light = record.light(PATH_LENGTH_MAX);
    if (toSpans != null) {
      toSpans.offer(light);
    }
    if (toLogs != null) {
      toLogs.offer(light);
    }
  }

  /** Sends what waits, for 2 s at most. */
  @Override
  public void close() {
    List<Runnable> ends = new ArrayList<>();
    if (spans != null) {
      ends.add(spans::close);
    }
    if (logs != null) {
      ends.add(logs::close);
    }
    if (metrics != null) {
      ends.add(metrics::close);
    }
    together(ends);
  }

  /** One after the other they would take longer than a pod's grace leaves behind the drain. */
  static void together(List<Runnable> ends) {
    List<Thread> threads = ends.stream().map(end -> Thread.ofVirtual().start(end)).toList();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
