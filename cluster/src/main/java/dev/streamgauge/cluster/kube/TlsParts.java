package dev.streamgauge.cluster.kube;

import dev.streamgauge.config.keys.PrivateKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads PEM: certificates and keys, and a TLS client of those of a kubeconfig or service account.
 */
public final class TlsParts {
  private static final char[] NO_PASSWORD = {};

  private TlsParts() {}

  /**
   * A client that trusts these authorities alone.
   *
   * @param authorities null for those of the JDK
   * @param certificate our own chain, or null
   * @param key of it, or null
   */
  public static SSLContext context(
      byte @Nullable [] authorities, byte @Nullable [] certificate, byte @Nullable [] key)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          certificate == null || key == null ? null : identity(certificate, key),
          authorities == null ? null : trust(authorities),
          null);
      return context;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("certificates cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(byte[] authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int n = 0;
    for (Certificate each : certificates(authorities)) {
      store.setCertificateEntry("ca-" + n++, each);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] identity(byte[] certificate, byte[] key)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    Certificate[] chain = certificates(certificate).toArray(new Certificate[0]);
    PrivateKey own = key(key, chain[0].getPublicKey().getAlgorithm());
    store.setKeyEntry("own", own, NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** All certificates of a text in PEM, in their order; at least one. */
  public static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
    List<X509Certificate> all = new ArrayList<>();
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      all.add((X509Certificate) each);
    }
    if (all.isEmpty()) {
      throw new GeneralSecurityException("no certificate in it");
    }
    return List.copyOf(all);
  }

  /** Of the first private key in the text, in one of the forms of {@link PrivateKeys}. */
  public static PrivateKey key(byte[] pem, String algorithm) throws GeneralSecurityException {
    String text = new String(pem, StandardCharsets.US_ASCII);
    for (String label : PrivateKeys.LABELS) {
      byte[] der = between(text, "-----BEGIN " + label + "-----", "-----END " + label + "-----");
      if (der != null) {
        byte[] pkcs8 = PrivateKeys.pkcs8(label, der);
        if (pkcs8 == null) {
          throw new GeneralSecurityException("an EC key that does not name its curve");
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      }
    }
    throw new GeneralSecurityException("no private key in it that is not encrypted");
  }

  private static byte @Nullable [] between(String text, String begin, String end) {
    int from = text.indexOf(begin);
    int to = from < 0 ? -1 : text.indexOf(end, from);
    return to < 0
        ? null
        : Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
  }
}
