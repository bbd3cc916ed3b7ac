package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import dev.streamgauge.telemetry.live.LiveFacts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the live page shows beside requests. On the admin thread. */
final class AdminLiveFacts implements LiveFacts {
  private final ProxyServer proxy;
  private final EngineScraper scraper;
  private final ProxySettings settings;
  private @Nullable Boolean accepts;

  AdminLiveFacts(ProxyServer proxy, EngineScraper scraper) {
    this.proxy = proxy;
    this.scraper = scraper;
    this.settings = proxy.settings();
  }

  /** The upstream was tried; null where it was not for a while. */
  void tried(@Nullable Boolean upstreamAccepts) {
    accepts = upstreamAccepts;
  }

  @Override
  public String upstream() {
    return settings.upstream().address().toString();
  }

  @Override
  public int listenPort() {
    return proxy.listenAddresses().getFirst().getPort();
  }

  @Override
  public boolean listenSecure() {
    return settings.tls().listen() != null;
  }

  @Override
  public @Nullable Boolean upstreamAccepts() {
    return accepts;
  }

  @Override
  public boolean draining() {
    return proxy.draining();
  }

  @Override
  public Instant wallClockAt(long nanos) {
    return proxy.wallClockAt(nanos);
  }

  @Override
  public long stallNanos() {
    return Timing.of(settings.metrics()).stallThresholdNanos();
  }

  @Override
  public ClientAddress clients() {
    return switch (settings.accessLog().client()) {
      case OFF -> ClientAddress.OFF;
      case FULL -> ClientAddress.FULL;
      case PREFIX -> ClientAddress.PREFIX;
    };
  }

  @Override
  public @Nullable String engineMissing() {
    return settings.engine().pages().isEmpty()
        ? "it is not asked for (--engine-metrics off)"
        : scraper.state();
  }

  @Override
  public @Nullable String gpusOff() {
    return settings.gpu().nvidia().off() && settings.gpu().amd().off()
        ? "GPUs are not looked at (--gpu off)"
        : null;
  }
}
