package dev.streamgauge.telemetry.live;

import dev.streamgauge.gpu.GpuStatus;
import dev.streamgauge.telemetry.GateView;
import dev.streamgauge.telemetry.Slo;
import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.timeline.Phase;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the live page shows beside requests, asked for each time it is made. Never blocks. */
public interface LiveFacts {
  String version();

  /** Without what would let somebody in there. */
  String upstream();

  /** Where clients reach the proxy on this host. */
  int listenPort();

  boolean listenSecure();

  /** Whether it accepted a connection when that was last tried; null where it was not. */
  @Nullable Boolean upstreamAccepts();

  boolean draining();

  Instant wallClockAt(long nanos);

  long stallNanos();

  List<Slo> slos();

  /**
   * The name, if it is a value of the {@code model} label; else null: a client may have made it up.
   */
  @Nullable String knownModel(@Nullable String name);

  /** What may be told of a client's address. */
  ClientAddress clients();

  double inFlight(Phase phase);

  GateView gate();

  EngineBoard engine();

  GpuStatus gpus();

  /** Why the engine's page is not there, in a few words; null where nobody said so. */
  @Nullable String engineMissing();

  /** Why no GPU is looked at, if that is so by a setting. */
  @Nullable String gpusOff();
}
