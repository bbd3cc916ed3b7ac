package dev.streamgauge.proxy.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The blocks of a PEM file (RFC 7468); what stands outside of them is passed over. */
final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private Pem() {}

  /** What stands between a BEGIN and its END. */
  static final class Block {
    final String label;
    final byte[] der;

    private Block(String label, byte[] der) {
      this.label = label;
      this.der = der;
    }
  }

  static List<Block> blocks(NamedFile file) throws UnusableFile {
    List<Block> blocks = new ArrayList<>();
    String label = null;
    StringBuilder base64 = new StringBuilder();
    for (String line : new String(file.read(), StandardCharsets.ISO_8859_1).lines().toList()) {
      String text = line.strip();
      if (text.startsWith(BEGIN) && text.endsWith(DASHES)) {
        label = text.substring(BEGIN.length(), text.length() - DASHES.length());
        base64.setLength(0);
      } else if (label != null && text.startsWith(END)) {
        blocks.add(new Block(label, decoded(file, base64)));
        label = null;
      } else if (label != null) {
        base64.append(text);
      }
    }
    if (label != null) {
      throw file.unusable("a block in it has no end");
    }
    return blocks;
  }

  private static byte[] decoded(NamedFile file, StringBuilder base64) throws UnusableFile {
    if (base64.indexOf("Proc-Type:") >= 0) {
      throw file.unusable("its key is encrypted");
    }
    try {
      return Base64.getDecoder().decode(base64.toString());
    } catch (IllegalArgumentException e) {
      throw file.unusable("a block in it is no base64");
    }
  }

  /** All of its certificates, at least one, in their order. */
  static List<X509Certificate> certificates(NamedFile file) throws UnusableFile {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (block.label.equals("CERTIFICATE")) {
        certificates.add(certificate(file, block.der));
      }
    }
    if (certificates.isEmpty()) {
      throw file.unusable("it has no certificate in PEM");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(NamedFile file, byte[] der) throws UnusableFile {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw file.unusable("a certificate in it cannot be read");
    }
  }

  /** The first block that is a private key. */
  static Block privateKey(NamedFile file) throws UnusableFile {
    Block found = firstKey(blocks(file));
    if (found == null) {
      throw file.unusable("it has no private key in PEM");
    }
    return found;
  }

  private static @Nullable Block firstKey(List<Block> blocks) {
    for (Block block : blocks) {
      if (block.label.endsWith("PRIVATE KEY")) {
        return block;
      }
    }
    return null;
  }
}
