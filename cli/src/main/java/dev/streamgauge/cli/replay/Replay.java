package dev.streamgauge.cli.replay;

import dev.streamgauge.config.Settings;
import dev.streamgauge.proxy.Timing;
import dev.streamgauge.timeline.TimelineSettings;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One recording on its way through the readers of the live path. */
final class Replay {
  private final TimelineSettings settings = Timing.of(Settings.defaults().metrics());
  private final Map<Long, ReplayedConnection> connections = new LinkedHashMap<>();

  /** In the order in which the last byte of the request was read. */
  private final LinkedHashSet<ReplayedExchange> exchanges = new LinkedHashSet<>();

  private long lastNanos;

  void happened(RecordedEvent event) {
    lastNanos = event.nanos();
    connections.computeIfAbsent(event.connection(), _ -> new AnyConnection(this)).happened(event);
  }

  /** All exchanges, each ended. */
  List<ReplayedExchange> finish() {
    connections.values().forEach(connection -> connection.recordingEnded(lastNanos));
    return List.copyOf(exchanges);
  }

  ReplayedExchange newExchange(ReplayedExchange.@Nullable Request request, long nanos) {
    return new ReplayedExchange(request, nanos, settings);
  }

  /** All of the request has been read, or all that there will ever be. */
  void requestRead(ReplayedExchange exchange) {
    exchanges.add(exchange);
  }
}
