package dev.streamgauge.proxy;

import dev.streamgauge.proxy.tls.TlsClosing;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Client connections of one event loop whose TLS handshake is not over. Each holds about 25 KiB of
 * heap, much more than an idle one; past the limit the one that has taken longest makes room, so
 * that those who begin and leave it there keep nobody out. On one event loop.
 */
final class Handshakes {
  private final int max;
  private final LiveMetrics live;
  private final Set<Channel> underWay = new LinkedHashSet<>();

  Handshakes(int max, LiveMetrics live) {
    this.max = max;
    this.live = live;
  }

  void begin(Channel channel, SslHandler handler) {
    if (underWay.size() == max) {
      live.limitHit(Limit.HANDSHAKES);
      closeLongest();
    }
    underWay.add(channel);
    var _ = handler.handshakeFuture().addListener(_ -> underWay.remove(channel));
  }

  private void closeLongest() {
    Iterator<Channel> longest = underWay.iterator();
    Channel closed = longest.next();
    longest.remove();
    TlsClosing.cut(closed);
  }
}
