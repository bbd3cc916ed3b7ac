package dev.streamgauge.telemetry;

import dev.streamgauge.config.ProxySettings.Buckets;
import dev.streamgauge.config.ProxySettings.MetricsSettings;
import dev.streamgauge.config.Settings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is published, and how. Plain values: nothing is read from files or the environment here. */
public record TelemetrySettings(Metrics metrics, AccessLogging accessLog, String version) {

  public static TelemetrySettings defaults() {
    return new TelemetrySettings(Metrics.defaults(), AccessLogging.defaults(), "dev");
  }

  public TelemetrySettings withMetrics(Metrics other) {
    return new TelemetrySettings(other, accessLog, version);
  }

  public TelemetrySettings withAccessLog(AccessLogging other) {
    return new TelemetrySettings(metrics, other, version);
  }

  /**
   * What the page of metrics has.
   *
   * @param modelsMax how many names the label may have; what comes later is {@code other}
   * @param models the only names that the label may have; empty: learned from answers
   * @param buckets upper bounds of the families that can be set
   * @param mirrorsVllm whether our figures are there under vLLM's names, too
   */
  public record Metrics(
      Histograms histograms,
      Semconv semconv,
      int modelsMax,
      List<String> models,
      List<Slo> slos,
      Buckets buckets,
      boolean mirrorsVllm) {

    public Metrics {
      models = List.copyOf(models);
      slos = List.copyOf(slos);
    }

    public static Metrics defaults() {
      MetricsSettings byDefault = Settings.defaults().metrics();
      return new Metrics(
          Histograms.BOTH,
          Semconv.V1_41,
          byDefault.modelsMax(),
          List.of(),
          List.of(),
          byDefault.buckets(),
          false);
    }

    /** The upper bounds of a family. */
    public double[] bounds(BucketFamily family) {
      return family.bounds(buckets);
    }
  }

  /**
   * What the access log has.
   *
   * @param sampleRatio which part of the successes is written, 0 to 1; all else always is
   * @param format how a line is written
   * @param slos what a first token has to reach not to be late
   * @param ringSize records that may wait for the writer; beyond it they are dropped and counted
   */
  public record AccessLogging(
      Target target,
      double sampleRatio,
      ClientAddress client,
      int ringSize,
      LogFormat format,
      @Nullable String pod,
      @Nullable String namespace,
      @Nullable String node,
      List<Slo> slos) {

    public static final int RING_SIZE = 8192;

    public static AccessLogging defaults() {
      return new AccessLogging(
          new Target.Stdout(),
          1.0,
          ClientAddress.OFF,
          RING_SIZE,
          new LogFormat.Json(),
          null,
          null,
          null,
          List.of());
    }

    public AccessLogging withTarget(Target other) {
      return new AccessLogging(
          other, sampleRatio, client, ringSize, format, pod, namespace, node, slos);
    }

    public AccessLogging withClient(ClientAddress other) {
      return new AccessLogging(
          target, sampleRatio, other, ringSize, format, pod, namespace, node, slos);
    }

    public AccessLogging withSampleRatio(double other) {
      return new AccessLogging(target, other, client, ringSize, format, pod, namespace, node, slos);
    }

    public AccessLogging withFormat(LogFormat other) {
      return new AccessLogging(
          target, sampleRatio, client, ringSize, other, pod, namespace, node, slos);
    }

    public AccessLogging withRingSize(int other) {
      return new AccessLogging(
          target, sampleRatio, client, other, format, pod, namespace, node, slos);
    }
  }

  /** How a line of the access log is written. */
  public sealed interface LogFormat {
    record Json() implements LogFormat {}

    record Logfmt() implements LogFormat {}

    /** OTLP's own JSON, one message a line. */
    record Otel() implements LogFormat {}

    record Template(LogTemplate template) implements LogFormat {}
  }

  /** Where the access log goes. */
  public sealed interface Target {
    record Stdout() implements Target {}

    /** Appended to; opened anew when somebody moved it. */
    record File(Path path) implements Target {}

    record Off() implements Target {}
  }

  /** Which kinds of histogram are published; native ones are seen in protobuf only. */
  public enum Histograms {
    CLASSIC,
    NATIVE,
    BOTH
  }

  /** Which release of OpenTelemetry's names is mirrored. */
  public enum Semconv {
    V1_41,
    NEXT,
    BOTH,
    OFF;

    public boolean hasV141() {
      return this == V1_41 || this == BOTH;
    }

    public boolean hasNext() {
      return this == NEXT || this == BOTH;
    }
  }

  /** What of a client's address is logged; a prefix is a /24 or a /48. */
  public enum ClientAddress {
    OFF,
    FULL,
    PREFIX
  }
}
