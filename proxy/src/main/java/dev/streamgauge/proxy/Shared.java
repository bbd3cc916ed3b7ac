package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.Ticker;
import dev.streamgauge.timeline.TimelineSettings;

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
    MemoryGuard guard) {

  long nanos() {
    return ticker.nanos();
  }
}
