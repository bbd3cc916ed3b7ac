package dev.streamgauge.cluster.webhook;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows in each handshake the certificate that is current then; connections that are open go on
 * with theirs. The one before it stays known, for handshakes that chose it a moment ago. Any
 * thread.
 */
final class CurrentIdentity {
  /** The current one, and the one before it. */
  private volatile List<ServingIdentity> known = List.of();

  /** From the next handshake on. */
  synchronized void use(ServingIdentity identity) {
    List<ServingIdentity> before = known;
    if (before.isEmpty()) {
      known = List.of(identity);
    } else if (!before.getFirst().equals(identity)) {
      known = List.of(identity, before.getFirst());
    }
  }

  /** Null before the first. */
  @Nullable ServingIdentity current() {
    List<ServingIdentity> all = known;
    return all.isEmpty() ? null : all.getFirst();
  }

  private @Nullable ServingIdentity named(String alias) {
    for (ServingIdentity identity : known) {
      if (identity.alias().equals(alias)) {
        return identity;
      }
    }
    return null;
  }

  /** TLS for a server; handshakes fail while there is no identity. */
  SSLContext tls() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new Keys()}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private final class Keys extends X509ExtendedKeyManager {
    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      ServingIdentity identity = current();
      return identity == null || !identity.fits(keyType) ? null : identity.alias();
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      ServingIdentity identity = named(alias);
      return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      ServingIdentity identity = named(alias);
      return identity == null ? null : identity.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }
}
