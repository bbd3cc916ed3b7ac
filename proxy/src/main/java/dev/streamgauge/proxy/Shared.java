package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.proxy.gate.Gate;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.Ticker;
import dev.streamgauge.timeline.TimelineSettings;
import org.jspecify.annotations.Nullable;

/** What all event loops of one proxy share; immutable, or safe for threads by itself. */
record Shared(
    ProxySettings settings,
    HttpLimits limits,
    ReaderLimits readerLimits,
    SaidDialects dialects,
    TimelineSettings timeline,
    Ticker ticker,
    WallClock wallClock,
    LiveMetrics live,
    RecordSink records,
    Upstream upstream,
    Transport transport,
    Drain drain,
    ClientConnections clients,
    MemoryGuard guard,
    @Nullable Gate gate,
    @Nullable LoadReports loadReports,
    SpanSampling sampling,
    Observation observation) {

  /** What a request that is sent away now may wait before it asks again. */
  long retryAfterSeconds() {
    Gate limiting = gate;
    return limiting == null ? 1 : limiting.retryAfterSeconds();
  }

  long nanos() {
    return ticker.nanos();
  }
}
