package dev.streamgauge.proxy;

import dev.streamgauge.config.Option;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.TlsOptions;
import dev.streamgauge.config.UpstreamAddress;
import dev.streamgauge.proxy.tls.ClientTls;
import dev.streamgauge.proxy.tls.FileWatch;
import dev.streamgauge.proxy.tls.HandshakeThread;
import dev.streamgauge.proxy.tls.NamedFile;
import dev.streamgauge.proxy.tls.ServerTls;
import dev.streamgauge.proxy.tls.UnusableFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS as the settings ask for it: towards clients, and towards the upstream.
 *
 * @param listen null: the listeners speak plain text
 * @param upstream null: the upstream does
 */
record TlsSides(@Nullable ServerTls listen, @Nullable ClientTls upstream) {

  /** Reads the files, and again whenever the watch sees that they changed. */
  static TlsSides of(ProxySettings settings, FileWatch watch) throws UnusableFile {
    HandshakeThread sums = new HandshakeThread();
    return new TlsSides(listen(settings, watch, sums), upstream(settings, watch, sums));
  }

  private static @Nullable ServerTls listen(
      ProxySettings settings, FileWatch watch, HandshakeThread sums) throws UnusableFile {
    ProxySettings.KeyFiles own = settings.tls().listen();
    return own == null
        ? null
        : ServerTls.of(
            new NamedFile(TlsOptions.CERT, own.certificate()),
            new NamedFile(TlsOptions.KEY, own.key()),
            named(TlsOptions.CLIENT_CA, settings.tls().clientCa()),
            ServerTls.BOTH_PROTOCOLS,
            watch,
            sums,
            settings.timeouts().requestHead());
  }

  /** Of the admin port; null: it speaks plain text. */
  static @Nullable ServerTls admin(ProxySettings settings, FileWatch watch) throws UnusableFile {
    ProxySettings.KeyFiles own = settings.tls().admin();
    return own == null
        ? null
        : ServerTls.of(
            new NamedFile(TlsOptions.ADMIN_CERT, own.certificate()),
            new NamedFile(TlsOptions.ADMIN_KEY, own.key()),
            null,
            ServerTls.HTTP_1_ALONE,
            watch,
            new HandshakeThread(),
            settings.timeouts().requestHead());
  }

  private static @Nullable ClientTls upstream(
      ProxySettings settings, FileWatch watch, HandshakeThread sums) throws UnusableFile {
    return towards(settings.upstream().address(), settings, watch, sums);
  }

  /** Of the upstream, or of another server that is trusted as the upstream is; null: plain text. */
  static @Nullable ClientTls towards(
      UpstreamAddress address, ProxySettings settings, FileWatch watch, HandshakeThread sums)
      throws UnusableFile {
    if (!(address instanceof UpstreamAddress.Tcp server) || !server.secure()) {
      return null;
    }
    ProxySettings.UpstreamTls tls = settings.tls().upstream();
    ProxySettings.KeyFiles own = tls.own();
    String name = isUpstreams(server, settings) ? tls.name() : null;
    ClientTls.Peer peer =
        new ClientTls.Peer(
            name == null ? server.host() : name,
            server.port(),
            named(TlsOptions.UPSTREAM_CA, tls.ca()),
            named(TlsOptions.UPSTREAM_CERT, own == null ? null : own.certificate()),
            named(TlsOptions.UPSTREAM_KEY, own == null ? null : own.key()));
    return ClientTls.of(peer, watch, sums, settings.timeouts().upstreamConnect());
  }

  private static boolean isUpstreams(UpstreamAddress.Tcp server, ProxySettings settings) {
    return settings.upstream().address() instanceof UpstreamAddress.Tcp upstream
        && upstream.host().equals(server.host());
  }

  private static @Nullable NamedFile named(Option<Path> option, @Nullable Path path) {
    return path == null ? null : new NamedFile(option, path);
  }
}
