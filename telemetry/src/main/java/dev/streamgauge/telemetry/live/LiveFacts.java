package dev.streamgauge.telemetry.live;

import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the live page shows beside requests and metrics, asked for each time it is made. Never
 * blocks.
 */
public interface LiveFacts {
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

  /** What may be told of a client's address. */
  ClientAddress clients();

  /** Why the engine's page is not there, in a few words; null where nobody said so. */
  @Nullable String engineMissing();

  /** Why no GPU is looked at, if that is so by a setting. */
  @Nullable String gpusOff();
}
