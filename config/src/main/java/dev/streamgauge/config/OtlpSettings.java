package dev.streamgauge.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is sent by OTLP, and where to.
 *
 * @param targets one for each signal that is sent; none where the only endpoint could not be
 *     followed
 * @param sampling which requests become spans
 * @param serviceName {@code service.name} of the resource; null: ours
 * @param resource further attributes of the resource
 * @param spansEvery how long spans wait for others, at most
 * @param logsEvery the same of access-log records
 * @param metricsEvery how often metrics are sent
 * @param exponential histograms are sent as exponential ones
 * @param ignored what was said in the standard variables and could not be followed, in words
 */
public record OtlpSettings(
    Map<Signal, Target> targets,
    Sampling sampling,
    @Nullable String serviceName,
    Map<String, String> resource,
    Duration spansEvery,
    Duration logsEvery,
    Duration metricsEvery,
    boolean exponential,
    List<String> ignored) {

  public OtlpSettings {
    targets = Map.copyOf(targets);
    resource = Map.copyOf(resource);
    ignored = List.copyOf(ignored);
  }

  /** What can be sent. */
  public enum Signal implements Labelled {
    TRACES("traces"),
    METRICS("metrics"),
    LOGS("logs");

    private final String label;

    Signal(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** How it is sent. */
  public enum Protocol implements Labelled {
    GRPC("grpc"),
    HTTP_PROTOBUF("http/protobuf");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /**
   * Where one signal goes.
   *
   * @param endpoint for HTTP with the path of the signal
   * @param headers may hold a secret: never printed
   * @param timeout longest wait for the answer to one batch, tries included
   * @param certificate who signs the collector's certificate, in PEM; null: whom the system trusts
   * @param own our certificate; null: none
   */
  public record Target(
      URI endpoint,
      Protocol protocol,
      Map<String, String> headers,
      Duration timeout,
      boolean gzip,
      @Nullable Path certificate,
      ProxySettings.@Nullable KeyFiles own) {

    public Target {
      headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
      return protocol.label() + " " + endpoint;
    }
  }

  /** The samplers of OpenTelemetry's environment variables. */
  public enum Sampler implements Labelled {
    ALWAYS_ON("always_on"),
    ALWAYS_OFF("always_off"),
    TRACE_ID_RATIO("traceidratio"),
    PARENT_BASED_ALWAYS_ON("parentbased_always_on"),
    PARENT_BASED_ALWAYS_OFF("parentbased_always_off"),
    PARENT_BASED_TRACE_ID_RATIO("parentbased_traceidratio");

    private final String label;

    Sampler(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }

    /** Whether a request that comes with a trace is sampled as that says. */
    public boolean parentBased() {
      return switch (this) {
        case ALWAYS_ON, ALWAYS_OFF, TRACE_ID_RATIO -> false;
        case PARENT_BASED_ALWAYS_ON, PARENT_BASED_ALWAYS_OFF, PARENT_BASED_TRACE_ID_RATIO -> true;
      };
    }
  }

  /**
   * Which requests become spans.
   *
   * @param ratio of a sampler that has one
   */
  public record Sampling(Sampler sampler, double ratio) {
    /** Of requests that the parent does not decide about: 0 none, 1 all. */
    public double rootRatio() {
      return switch (sampler) {
        case ALWAYS_ON, PARENT_BASED_ALWAYS_ON -> 1;
        case ALWAYS_OFF, PARENT_BASED_ALWAYS_OFF -> 0;
        case TRACE_ID_RATIO, PARENT_BASED_TRACE_ID_RATIO -> ratio;
      };
    }
  }

  /** Whether spans are sent at all. */
  public boolean traces() {
    return targets.containsKey(Signal.TRACES);
  }
}
