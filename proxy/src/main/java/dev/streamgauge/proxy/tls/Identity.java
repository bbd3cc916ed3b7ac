package dev.streamgauge.proxy.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
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
      if (belongTogether(secret, open)) {
        return new Identity(secret, chain);
      }
    } catch (GeneralSecurityException e) {
      throw certificate.unusable(NOT_SUPPORTED); // a curve, for example
    }
    throw key.unusable("its key is not that of the certificate");
  }

  private static PrivateKey key(NamedFile file, Pem.Block block, String algorithm)
      throws UnusableFile {
    byte[] pkcs8 =
        switch (block.label) {
          case "PRIVATE KEY" -> block.der;
          case "RSA PRIVATE KEY" -> Der.pkcs8OfPkcs1(block.der);
          case "EC PRIVATE KEY" -> Der.pkcs8OfSec1(block.der);
          case "ENCRYPTED PRIVATE KEY" -> throw file.unusable("its key is encrypted");
          default -> null;
        };
    if (pkcs8 == null) {
      throw file.unusable("its key is of a form that is not known");
    }
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw file.unusable("its key cannot be read, or is not of the certificate's kind");
    }
  }

  /** What the one signs the other has to know. */
  private static boolean belongTogether(PrivateKey secret, PublicKey open)
      throws GeneralSecurityException {
    String algorithm =
        switch (open.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> open.getAlgorithm();
        };
    byte[] something = open.getEncoded();
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(secret);
    signing.update(something);
    byte[] signed = signing.sign();
    Signature checking = Signature.getInstance(algorithm);
    checking.initVerify(open);
    checking.update(something);
    try {
      return checking.verify(signed);
    } catch (SignatureException e) {
      return false; // it is not of a length that this key's signatures have
    }
  }
}
