package dev.streamgauge.cluster.webhook;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Who signs the webhook's certificates; its own certificate is what the API server trusts. */
record Authority(PrivateKey key, X509Certificate certificate) {

  /** Whether this is who signed it. */
  static boolean signed(X509Certificate authority, X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  static Instant madeAt(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant().plus(Keytool.BACKDATED);
  }
}
