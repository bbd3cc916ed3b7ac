package dev.streamgauge.config.keys;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** As much of ASN.1's DER (X.690) as it takes to put an older form of key into a PKCS#8 one. */
final class Der {
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int PARAMETERS = 0xA0;

  /** INTEGER 0: the version of a PKCS#8 key (RFC 5208 section 5). */
  private static final byte[] VERSION = {2, 1, 0};

  /** SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL } (RFC 8017 appendix C). */
  private static final byte[] RSA = {
    0x30, 13, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0
  };

  /** OBJECT IDENTIFIER id-ecPublicKey (RFC 5480 section 2.1.1). */
  private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

  private Der() {}

  /** A PKCS#1 key (RFC 8017 appendix A.1.2) as PKCS#8. */
  static byte[] pkcs8OfPkcs1(byte[] key) {
    return tagged(SEQUENCE, joined(VERSION, RSA, tagged(OCTET_STRING, key)));
  }

  /** A SEC 1 key (RFC 5915) as PKCS#8; null if it does not name its curve. */
  static byte @Nullable [] pkcs8OfSec1(byte[] key) {
    byte[] curve = curve(key);
    if (curve == null) {
      return null;
    }
    byte[] algorithm = tagged(SEQUENCE, joined(EC, curve));
    return tagged(SEQUENCE, joined(VERSION, algorithm, tagged(OCTET_STRING, key)));
  }

  /** What stands in {@code parameters [0]} of an ECPrivateKey. */
  private static byte @Nullable [] curve(byte[] key) {
    byte[] inside = content(key, 0);
    int at = 0;
    while (inside != null && at < inside.length) {
      byte[] element = content(inside, at);
      if (element == null || (inside[at] & 0xFF) == PARAMETERS) {
        return element;
      }
      at += tagged(inside[at], element).length;
    }
    return null;
  }

  /** Of the element at this place; null if it is cut off, or longer than 64 KiB. */
  private static byte @Nullable [] content(byte[] der, int at) {
    if (at + 2 > der.length) {
      return null;
    }
    int first = der[at + 1] & 0xFF;
    int lengthBytes = first < 0x80 ? 0 : first - 0x80;
    int start = at + 2 + lengthBytes;
    if (lengthBytes > 2 || start > der.length) {
      return null;
    }
    int length = lengthBytes == 0 ? first : 0;
    for (int i = at + 2; i < start; i++) {
      length = (length << 8) | (der[i] & 0xFF);
    }
    return length > der.length - start ? null : Arrays.copyOfRange(der, start, start + length);
  }

  private static byte[] tagged(int tag, byte[] content) {
    int length = content.length;
    byte[] head;
    if (length < 0x80) {
      head = new byte[] {(byte) tag, (byte) length};
    } else if (length < 0x100) {
      head = new byte[] {(byte) tag, (byte) 0x81, (byte) length};
    } else if (length < 0x1_0000) {
      head = new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    } else {
      int high = length >> 16;
      head = new byte[] {(byte) tag, (byte) 0x83, (byte) high, (byte) (length >> 8), (byte) length};
    }
    return joined(head, content);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
