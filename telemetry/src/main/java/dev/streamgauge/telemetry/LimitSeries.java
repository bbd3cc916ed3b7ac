package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Limits that were hit, and TLS handshakes that failed; every series from the start. Any thread.
 */
final class LimitSeries {
  private final Map<Limit, CounterDataPoint> hits;
  private final Map<TlsSide, CounterDataPoint> handshakeFailures;

  LimitSeries(Families families) {
    Counter limits =
        families.counter(
            "limit_hits_total",
            "How often a limit was hit, whatever followed (a refusal, a pause, a closed"
                + " connection); docs/limits.md says what each one is and what is past it.",
            "limit");
    Counter failures =
        families.counter(
            "tls_handshake_failures_total",
            "TLS handshakes that failed: with clients, with the server (upstream), on the admin"
                + " port.",
            "side");
    hits = series(Limit.class, limit -> limits.labelValues(limit.label()));
    handshakeFailures = series(TlsSide.class, side -> failures.labelValues(label(side)));
  }

  void hit(Limit limit) {
    of(hits, limit).inc();
  }

  void handshakeFailed(TlsSide side) {
    of(handshakeFailures, side).inc();
  }

  private static String label(TlsSide side) {
    return switch (side) {
      case CLIENT -> "client";
      case UPSTREAM -> "upstream";
      case ADMIN -> "admin";
    };
  }

  private static <E extends Enum<E>> Map<E, CounterDataPoint> series(
      Class<E> type, Function<E, CounterDataPoint> series) {
    EnumMap<E, CounterDataPoint> all = new EnumMap<>(type);
    for (E each : type.getEnumConstants()) {
      all.put(each, series.apply(each));
    }
    return all;
  }

  private static <E extends Enum<E>> CounterDataPoint of(Map<E, CounterDataPoint> all, E each) {
    CounterDataPoint point = all.get(each);
    if (point == null) {
      throw new IllegalStateException(each.name());
    }
    return point;
  }
}
