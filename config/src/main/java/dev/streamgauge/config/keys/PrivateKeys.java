package dev.streamgauge.config.keys;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The forms in which a private key may stand in a PEM file, and whose it is. */
public final class PrivateKeys {
  private static final String PKCS8 = "PRIVATE KEY";
  private static final String PKCS1 = "RSA PRIVATE KEY";
  private static final String SEC1 = "EC PRIVATE KEY";

  /** Labels of the PEM blocks that {@link #pkcs8} reads: PKCS#8, and openssl's older forms. */
  public static final List<String> LABELS = List.of(PKCS8, PKCS1, SEC1);

  private PrivateKeys() {}

  /**
   * A key as PKCS#8 (RFC 5958), of that, of PKCS#1 (RFC 8017) or of SEC 1 (RFC 5915).
   *
   * @param label of its PEM block
   * @return null if the form is another, or a SEC 1 key does not name its curve
   */
  public static byte @Nullable [] pkcs8(String label, byte[] der) {
    return switch (label) {
      case PKCS8 -> der;
      case PKCS1 -> Der.pkcs8OfPkcs1(der);
      case SEC1 -> Der.pkcs8OfSec1(der);
      default -> null;
    };
  }

  /**
   * Whether what the one signs the other knows.
   *
   * @throws GeneralSecurityException if they are of a kind that cannot sign here
   */
  public static boolean belongTogether(PrivateKey secret, PublicKey open)
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
