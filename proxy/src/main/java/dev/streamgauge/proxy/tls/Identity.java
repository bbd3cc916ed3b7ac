package dev.streamgauge.proxy.tls;

import dev.streamgauge.config.keys.PrivateKeys;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Set;

/**
 * A private key, and the certificates that say whose it is, its own first.
 *
 * @param chain not empty
 */
record Identity(PrivateKey key, List<X509Certificate> chain) {
  /** What the JDK's TLS signs with, by the JDK's names. */
  private static final Set<String> KINDS = Set.of("RSA", "EC", "EdDSA");

  private static final String NOT_SUPPORTED =
      "its key is of a kind that is not supported (expected: RSA, ECDSA with P-256, P-384 or P-521,"
          + " or Ed25519)";

  /** Reads both, and makes sure that they belong together. */
  static Identity read(NamedFile certificate, NamedFile key) throws UnusableFile {
    List<X509Certificate> chain = Pem.certificates(certificate);
    PublicKey open = chain.getFirst().getPublicKey();
    if (!KINDS.contains(open.getAlgorithm())) {
      throw certificate.unusable(NOT_SUPPORTED);
    }
    PrivateKey secret = key(key, Pem.privateKey(key), open.getAlgorithm());
    try {
      if (PrivateKeys.belongTogether(secret, open)) {
        return new Identity(secret, chain);
      }
    } catch (GeneralSecurityException e) {
      throw certificate.unusable(NOT_SUPPORTED); // a curve, for example
    }
    throw key.unusable("its key is not that of the certificate");
  }

  private static PrivateKey key(NamedFile file, Pem.Block block, String algorithm)
      throws UnusableFile {
    if (block.label.equals("ENCRYPTED PRIVATE KEY")) {
      throw file.unusable("its key is encrypted");
    }
    byte[] pkcs8 = PrivateKeys.pkcs8(block.label, block.der);
    if (pkcs8 == null) {
      throw file.unusable("its key is of a form that is not known");
    }
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw file.unusable("its key cannot be read, or is not of the certificate's kind");
    }
  }
}
