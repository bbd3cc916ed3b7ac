package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http2.FrameCounts;
import dev.streamgauge.proxy.http2.FrameCounts.Kind;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/** How much of what costs a client nothing its connection of HTTP/2 takes. On one event loop. */
final class Http2ClientLimits {
  /** Window updates that a client may send for each frame of ours, beside the others. */
  private static final int WINDOW_UPDATES_EACH = 10;

  /** Honest clients do this only while our SETTINGS are on their way. */
  private static final int REFUSED_MAX = 1_000;

  private final LiveMetrics live;
  private final ProxySettings.Http2 settings;
  private final FrameCounts counts;
  private boolean counted;
  private @Nullable Limit last;

  Http2ClientLimits(LiveMetrics live, ProxySettings.Http2 settings, long nowNanos) {
    this.live = live;
    this.settings = settings;
    this.counts = new FrameCounts(settings.window().toNanos(), nowNanos);
  }

  /** A frame for which the client owes window updates. */
  void wrote() {
    counts.allow(Kind.WINDOW_UPDATE, WINDOW_UPDATES_EACH);
  }

  /** A request, which its client may reset although it is over: it does not know yet. */
  void began() {
    counts.allow(Kind.IGNORED, 1);
  }

  /** Counts one; whether that is one too many, which is in the metric then. */
  boolean passed(Kind kind, long nowNanos) {
    boolean passed = counts.passes(kind, max(kind), nowNanos);
    if (passed) {
      hit(limit(kind));
    }
    return passed;
  }

  /** Somebody else has counted why the connection ends. */
  void known(Limit limit) {
    counted = true;
    last = limit;
  }

  void hit(Limit limit) {
    known(limit);
    live.limitHit(limit);
  }

  /** Why the connection ended, for the log; no word of the client's is in it. */
  String reason(Http2Error error) {
    Limit passed = last;
    return "we ended its connection: " + (passed == null ? error : "limit " + passed.label());
  }

  /** The connection ends; where no limit of ours was the reason, by one that the codec keeps. */
  void ended(Http2Error error, @Nullable String why) {
    Limit passed = counted ? null : CodecLimits.ofClient(error, why);
    if (passed != null) {
      hit(passed);
    }
  }

  private int max(Kind kind) {
    return switch (kind) {
      case RESET_RECEIVED -> settings.resetsReceivedMax();
      case RESET_SENT -> settings.resetsSentMax();
      case REFUSED -> REFUSED_MAX;
      case PING -> settings.pingsMax();
      case SETTINGS -> settings.settingsMax();
      case EMPTY -> settings.emptyFramesMax();
      case IGNORED -> settings.ignoredFramesMax();
      case WINDOW_UPDATE -> settings.windowUpdatesMax();
    };
  }

  private static Limit limit(Kind kind) {
    return switch (kind) {
      case RESET_RECEIVED -> Limit.RESETS_RECEIVED;
      case RESET_SENT -> Limit.RESETS_SENT;
      case REFUSED -> Limit.STREAMS;
      case PING -> Limit.PINGS;
      case SETTINGS -> Limit.SETTINGS;
      case IGNORED, EMPTY, WINDOW_UPDATE -> Limit.EMPTY_FRAMES;
    };
  }
}
