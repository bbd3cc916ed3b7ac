package dev.streamgauge.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards a server: its certificate has to be signed by somebody who is trusted and to bear its
 * name. Thread-safe.
 */
public final class ClientTls {
  private static final int SESSIONS_MAX = 1_000;

  /** A client that leaves is told to the server within 100 ms, also where it takes nothing. */
  private static final int CLOSE_MILLIS_MAX = 50;

  private final Reloaded<SslContext> context;
  private final Executor sums;
  private final String name;
  private final int port;
  private final long handshakeMillisMax;

  private ClientTls(
      Reloaded<SslContext> context, Executor sums, String name, int port, Duration handshakeMax) {
    this.context = context;
    this.sums = sums;
    this.name = name;
    this.port = port;
    this.handshakeMillisMax = handshakeMax.toMillis();
  }

  /**
   * What a server is asked for, and what it is shown.
   *
   * @param name has to stand in its certificate; sent as SNI unless it is an address
   * @param ca who has to have signed its certificate; null: whoever the system trusts
   * @param certificate ours; null: none
   */
  public record Peer(
      String name,
      int port,
      @Nullable NamedFile ca,
      @Nullable NamedFile certificate,
      @Nullable NamedFile key) {
    private List<NamedFile> files() {
      List<NamedFile> files = new ArrayList<>();
      Stream.of(ca, certificate, key).forEach(file -> addIfThere(file, files));
      return files;
    }

    private static void addIfThere(@Nullable NamedFile file, List<NamedFile> files) {
      if (file != null) {
        files.add(file);
      }
    }
  }

  /** Reads the files, and again when they change. */
  public static ClientTls of(Peer peer, FileWatch watch, Executor sums, Duration handshakeMax)
      throws UnusableFile {
    return new ClientTls(
        watch.watch(peer.files(), () -> context(peer)),
        sums,
        peer.name(),
        peer.port(),
        handshakeMax);
  }

  private static SslContext context(Peer peer) throws UnusableFile {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols(ServerTls.VERSIONS)
            .sessionCacheSize(SESSIONS_MAX)
            .endpointIdentificationAlgorithm("HTTPS")
            .applicationProtocolConfig(ServerTls.alpn(ServerTls.BOTH_PROTOCOLS));
    if (!NetUtil.isValidIpV4Address(peer.name()) && !NetUtil.isValidIpV6Address(peer.name())) {
      builder.serverName(new SNIHostName(peer.name()));
    }
    NamedFile ca = peer.ca();
    if (ca != null) {
      builder.trustManager(Pem.certificates(ca));
    }
    NamedFile certificate = peer.certificate();
    NamedFile key = peer.key();
    if (certificate != null && key != null) {
      Identity own = Identity.read(certificate, key);
      builder.keyManager(own.key(), own.chain());
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of one new connection; first in its pipeline. */
  public SslHandler handler(ByteBufAllocator allocator) {
    SslHandler handler = context.current().newHandler(allocator, name, port, sums);
    handler.setHandshakeTimeoutMillis(handshakeMillisMax);
    handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS_MAX);
    return handler;
  }
}
