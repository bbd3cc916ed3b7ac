package dev.streamgauge.cli;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.OtlpSettings;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.gpu.GpuSampler;
import dev.streamgauge.proxy.AdminServer;
import dev.streamgauge.proxy.ProxyServer;
import dev.streamgauge.telemetry.AccessLog;
import dev.streamgauge.telemetry.RecordPush;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestRecord;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the modules together. */
public final class ProxyWiring {
  static final ProxyCommand.Start START = settings -> start(settings, _ -> {});

  private ProxyWiring() {}

  /**
   * Starts proxy and admin port, or leaves nothing open; a port in use is named in the exception.
   *
   * @param also told each record, after metrics and access log
   */
  public static RunningProxy start(ProxySettings settings, RecordSink also) throws IOException {
    AccessLog log = accessLog(settings);
    try {
      return start(settings, log, also);
    } catch (IOException e) {
      log.close();
      throw e;
    }
  }

  private static RunningProxy start(ProxySettings settings, AccessLog log, RecordSink also)
      throws IOException {
    Telemetry telemetry =
        new Telemetry(
            MetricsWiring.settings(settings), log::dropped, MetricsWiring.board(settings.engine()));
    RecordPush push = push(settings, telemetry);
    try {
      return start(settings, telemetry, new AllSinks(telemetry, log, push, also));
    } catch (IOException e) {
      push.close();
      throw e;
    }
  }

  private static RunningProxy start(ProxySettings settings, Telemetry telemetry, AllSinks sinks)
      throws IOException {
    ProxyServer proxy = new ProxyServer(settings, telemetry, sinks);
    proxy.start();
    try {
      AdminServer admin = new AdminServer(proxy, telemetry);
      InetSocketAddress admins = admin.start(settings.admin());
      return new Running(proxy, admin, admins, sinks, GpuWiring.start(settings.gpu(), telemetry));
    } catch (IOException e) {
      proxy.close();
      throw e;
    }
  }

  private static RecordPush push(ProxySettings settings, Telemetry telemetry) throws IOException {
    OtlpSettings otlp = settings.otlp();
    if (otlp == null) {
      return new NoPush();
    }
    for (String ignored : otlp.ignored()) {
      System.err.println("streamgauge: otlp: " + ignored);
    }
    return otlp.targets().isEmpty()
        ? new NoPush()
        : OtlpWiring.start(otlp, settings, logging(settings), telemetry);
  }

  private static AccessLog accessLog(ProxySettings settings) throws IOException {
    try {
      return new AccessLog(logging(settings), new FileOutputStream(FileDescriptor.out));
    } catch (UncheckedIOException e) {
      throw cannotOpen(settings.accessLog().destination(), e);
    }
  }

  private static IOException cannotOpen(
      ProxySettings.AccessLogSettings.Destination to, UncheckedIOException fault) {
    IOException cause = fault.getCause() == null ? new IOException(fault) : fault.getCause();
    return to instanceof ProxySettings.AccessLogSettings.Destination.File(var path)
        ? new CannotOpenLog(path, cause)
        : cause;
  }

  private static TelemetrySettings.AccessLogging logging(ProxySettings settings)
      throws IOException {
    ProxySettings.AccessLogSettings log = settings.accessLog();
    TelemetrySettings.Target target =
        switch (log.destination()) {
          case ProxySettings.AccessLogSettings.Destination.Stdout _ ->
              new TelemetrySettings.Target.Stdout();
          case ProxySettings.AccessLogSettings.Destination.File(var path) ->
              new TelemetrySettings.Target.File(path);
          case ProxySettings.AccessLogSettings.Destination.Off _ ->
              new TelemetrySettings.Target.Off();
        };
    TelemetrySettings.ClientAddress client =
        switch (log.client()) {
          case OFF -> TelemetrySettings.ClientAddress.OFF;
          case FULL -> TelemetrySettings.ClientAddress.FULL;
          case PREFIX -> TelemetrySettings.ClientAddress.PREFIX;
        };
    return new TelemetrySettings.AccessLogging(
        target,
        log.sampleRatio(),
        client,
        TelemetrySettings.AccessLogging.RING_SIZE,
        LogFormats.of(log),
        settings.pod().pod(),
        settings.pod().namespace(),
        settings.pod().node(),
        MetricsWiring.slos(settings.metrics()));
  }

  /** What a finished request is told to, in this order; the log has requests alone. */
  private record AllSinks(Telemetry telemetry, AccessLog log, RecordPush push, RecordSink also)
      implements RecordSink {

    @Override
    public void accept(RequestRecord record) {
      telemetry.accept(record);
      var _ = log.offer(record);
      push.accept(record);
      also.accept(record);
    }

    @Override
    public void inference(InferenceRecord record) {
      telemetry.inference(record);
      also.inference(record);
    }

    /** What waits to be written or sent is, each within its limit. */
    void close() {
      log.close();
      push.close();
    }
  }

  /** Nothing is sent. */
  private record NoPush() implements RecordPush {
    @Override
    public void accept(RequestRecord record) {}

    @Override
    public void close() {}
  }

  private record Running(
      ProxyServer proxy,
      AdminServer admin,
      InetSocketAddress admins,
      AllSinks sinks,
      @Nullable GpuSampler gpus)
      implements RunningProxy {

    @Override
    public List<String> listenAddresses() {
      return proxy.listenAddresses().stream().map(Running::text).toList();
    }

    @Override
    public String adminAddress() {
      return text(admins);
    }

    @Override
    public int inFlight() {
      return proxy.inFlight();
    }

    private static String text(InetSocketAddress address) {
      return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    @Override
    public void drainAndStop(String why) {
      try {
        var _ = proxy.drainAndStop(why);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      admin.close();
      sinks.close();
      if (gpus != null) {
        gpus.close();
      }
    }
  }
}
