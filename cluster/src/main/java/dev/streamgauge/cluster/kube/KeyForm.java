package dev.streamgauge.cluster.kube;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** How a private key is written in PEM. */
enum KeyForm {
  PKCS8("PRIVATE KEY") {
    @Override
    byte[] asPkcs8(byte[] der) {
      return der;
    }
  },
  PKCS1("RSA PRIVATE KEY") {
    @Override
    byte[] asPkcs8(byte[] der) {
      return wrapped(sequence(RSA_OID, NULL), der);
    }
  },
  SEC1("EC PRIVATE KEY") {
    @Override
    byte[] asPkcs8(byte[] der) throws GeneralSecurityException {
      return wrapped(sequence(EC_OID, curve(der)), der);
    }
  };

  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;

  /** SEC 1's optional parameters: context-specific, constructed, number 0. */
  private static final int PARAMETERS = 0xA0;

  private static final byte[] NULL = {5, 0};

  /** 1.2.840.113549.1.1.1 */
  private static final byte[] RSA_OID =
      tagged(OBJECT_ID, bytes(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01));

  /** 1.2.840.10045.2.1 */
  private static final byte[] EC_OID =
      tagged(OBJECT_ID, bytes(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01));

  private final String label;

  KeyForm(String label) {
    this.label = label;
  }

  abstract byte[] asPkcs8(byte[] der) throws GeneralSecurityException;

  String begin() {
    return "-----BEGIN " + label + "-----";
  }

  String end() {
    return "-----END " + label + "-----";
  }

  /** Version 0, the algorithm, the key. */
  private static byte[] wrapped(byte[] algorithm, byte[] der) {
    return sequence(tagged(INTEGER, bytes(0)), algorithm, tagged(OCTETS, der));
  }

  private static byte[] sequence(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return tagged(SEQUENCE, all.toByteArray());
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.writeBytes(bytes(0x81, content.length));
    } else {
      out.writeBytes(bytes(0x82, content.length >> 8, content.length & 0xFF));
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** What stands in the parameters of a SEC 1 key: the curve's id, tag and length included. */
  private static byte[] curve(byte[] der) throws GeneralSecurityException {
    int at = contentAt(der, 0, SEQUENCE);
    while (at < der.length) {
      int tag = der[at] & 0xFF;
      int content = contentAt(der, at, tag);
      int end = content + lengthAt(der, at);
      if (tag == PARAMETERS && end <= der.length) {
        return Arrays.copyOfRange(der, content, end);
      }
      at = end;
    }
    throw new GeneralSecurityException("an EC key that does not name its curve");
  }

  private static int contentAt(byte[] der, int at, int tag) throws GeneralSecurityException {
    if (at + 2 > der.length || (der[at] & 0xFF) != tag) {
      throw new GeneralSecurityException("not a private key");
    }
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first - 0x80);
  }

  private static int lengthAt(byte[] der, int at) throws GeneralSecurityException {
    int first = der[at + 1] & 0xFF;
    int digits = first - 0x80;
    if (digits < 0) {
      return first;
    }
    if (digits > 2 || at + 2 + digits > der.length) {
      throw new GeneralSecurityException("not a private key");
    }
    int length = 0;
    for (int i = 0; i < digits; i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xFF);
    }
    return length;
  }

  private static byte[] bytes(int... values) {
    byte[] all = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      all[i] = (byte) values[i];
    }
    return all;
  }
}
