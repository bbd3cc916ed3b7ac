package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Phase;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/**
 * Metrics and access log. Everything published about a finished request comes from its record;
 * {@link #live()} has what moves before that.
 */
public final class Telemetry implements RecordSink, AutoCloseable {
  /** Opens the access log; throws UncheckedIOException if its file can't be opened. */
  public Telemetry(TelemetrySettings settings) {}

  @Override
  public void accept(RequestRecord record) {}

  public LiveMetrics live() {
    return new LiveMetrics() {
      @Override
      public void phaseEntered(Phase phase) {}

      @Override
      public void phaseLeft(Phase phase) {}

      @Override
      public TokenEvents tokenEvents(@Nullable String model, Operation operation) {
        return events -> {};
      }

      @Override
      public void upstreamConnections(ConnectionState state, int change) {}

      @Override
      public void upstreamConnected(long connectNanos) {}

      @Override
      public void upstreamRetry(RetryReason reason) {}

      @Override
      public void eventLoopLag(long nanos) {}
    };
  }

  /** A configuration was loaded again while running. */
  public void configReloaded() {}

  /**
   * The page in the format that the client likes best: text 0.0.4, OpenMetrics 1.0 or protobuf.
   * Takes milliseconds: not for an event loop.
   */
  public Rendered render(@Nullable String acceptHeader, @Nullable String acceptEncoding) {
    return new Rendered("text/plain; version=0.0.4; charset=utf-8", null, new byte[0]);
  }

  /** Flushes the access log, for at most two seconds. */
  @Override
  public void close() {}
}
