package dev.streamgauge.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS of a listener. A connection keeps the certificate with which it began. Thread-safe. */
public final class ServerTls {
  /** HTTP/2's name in a handshake (RFC 9113 section 3.2). */
  public static final String HTTP_2 = "h2";

  /** Newest first; older ones have known weaknesses (RFC 8996). */
  static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

  private static final String HTTP_1_1 = "http/1.1";

  /** What proxies speak inside, towards clients and servers. */
  public static final List<String> BOTH_PROTOCOLS = List.of(HTTP_2, HTTP_1_1);

  /** What the admin port speaks inside. */
  public static final List<String> HTTP_1_ALONE = List.of(HTTP_1_1);

  /** Sessions of TLS 1.2 clients that take no ticket. */
  private static final int SESSIONS_MAX = 1_000;

  /** How long the last bytes may take on a connection that closes. */
  private static final int CLOSE_MILLIS_MAX = 1_000;

  private final Reloaded<SslContext> context;
  private final Executor sums;
  private final long handshakeMillisMax;

  private ServerTls(Reloaded<SslContext> context, Executor sums, Duration handshakeMax) {
    this.context = context;
    this.sums = sums;
    this.handshakeMillisMax = handshakeMax.toMillis();
  }

  /**
   * Reads the files, and again when they change.
   *
   * @param clientCa who has to have signed a client's certificate; null: it needs none
   * @param protocols what is spoken inside, best first: what ALPN agrees on (RFC 7301)
   */
  public static ServerTls of(
      NamedFile certificate,
      NamedFile key,
      @Nullable NamedFile clientCa,
      List<String> protocols,
      FileWatch watch,
      Executor sums,
      Duration handshakeMax)
      throws UnusableFile {
    List<NamedFile> files = new ArrayList<>(List.of(certificate, key));
    if (clientCa != null) {
      files.add(clientCa);
    }
    return new ServerTls(
        watch.watch(files, () -> context(certificate, key, clientCa, protocols)),
        sums,
        handshakeMax);
  }

  private static SslContext context(
      NamedFile certificate, NamedFile key, @Nullable NamedFile clientCa, List<String> protocols)
      throws UnusableFile {
    Identity identity = Identity.read(certificate, key);
    SslContextBuilder builder =
        SslContextBuilder.forServer(identity.key(), identity.chain())
            .sslProvider(SslProvider.JDK)
            .protocols(VERSIONS)
            .sessionCacheSize(SESSIONS_MAX)
            .applicationProtocolConfig(alpn(protocols));
    if (clientCa != null) {
      builder.trustManager(Pem.certificates(clientCa)).clientAuth(ClientAuth.REQUIRE);
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw certificate.unusable("it is of no use for TLS");
    }
  }

  static ApplicationProtocolConfig alpn(List<String> protocols) {
    return new ApplicationProtocolConfig(
        ApplicationProtocolConfig.Protocol.ALPN,
        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
        protocols);
  }

  /** Of one new connection; first in its pipeline. */
  public SslHandler handler(ByteBufAllocator allocator) {
    SslHandler handler = context.current().newHandler(allocator, sums);
    handler.setHandshakeTimeoutMillis(handshakeMillisMax);
    handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS_MAX);
    return handler;
  }
}
