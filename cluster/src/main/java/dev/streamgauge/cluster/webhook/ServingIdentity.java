package dev.streamgauge.cluster.webhook;

import dev.streamgauge.cluster.kube.TlsParts;
import dev.streamgauge.config.keys.PrivateKeys;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * The webhook's private key, and the certificates that say whose it is, its own first.
 *
 * @param chain not empty
 */
record ServingIdentity(PrivateKey key, List<X509Certificate> chain) {

  /** Reads both, in PEM, and makes sure that they belong together. */
  static ServingIdentity read(byte[] certificates, byte[] key) throws GeneralSecurityException {
    List<X509Certificate> chain = TlsParts.certificates(certificates);
    PublicKey open = chain.getFirst().getPublicKey();
    PrivateKey secret = TlsParts.key(key, open.getAlgorithm());
    if (!PrivateKeys.belongTogether(secret, open)) {
      throw new GeneralSecurityException("the key is not that of the certificate");
    }
    return new ServingIdentity(secret, chain);
  }

  /** Its own certificate. */
  X509Certificate certificate() {
    return chain.getFirst();
  }

  /** A name that no other certificate has. */
  String alias() {
    return certificate().getSerialNumber().toString(16)
        + " of "
        + certificate().getIssuerX500Principal().getName();
  }

  /** Whether the key is of a kind that a handshake asks for: {@code EC}, {@code RSA}. */
  boolean fits(String keyType) {
    return keyType.equals(key.getAlgorithm());
  }

  Instant expiry() {
    return certificate().getNotAfter().toInstant();
  }
}
