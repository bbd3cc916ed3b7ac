package dev.streamgauge.proxy.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import org.jspecify.annotations.Nullable;

/**
 * Why TLS failed, in words. The library's own hold bytes of what was sent where that was no TLS, so
 * they are not used there: a password may stand in them.
 */
public final class TlsWords {
  private static final int CHARACTERS_MAX = 120;

  private TlsWords() {}

  public static String of(Throwable failure) {
    return switch (failure) {
      case NotSslRecordException _ -> "the other side spoke no TLS";
      case SslHandshakeTimeoutException _ -> "no TLS handshake in time";
      case ClosedChannelException _ -> "closed during the TLS handshake";
      default -> {
        String certificate = ofCertificate(failure);
        yield certificate == null ? ofMessage(failure) : certificate;
      }
    };
  }

  private static @Nullable String ofCertificate(Throwable failure) {
    String words = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      words = ofCertificate(cause, words);
    }
    return words;
  }

  /** The innermost cause says most. */
  private static @Nullable String ofCertificate(Throwable cause, @Nullable String outer) {
    return switch (cause) {
      case CertificateExpiredException _ -> "the certificate has expired";
      case CertificateNotYetValidException _ -> "the certificate is not yet valid";
      case CertificateException fault when namesNobody(fault) ->
          "the certificate is for another name";
      case CertificateException _ -> "the certificate is not trusted";
      case CertPathBuilderException _ -> "the certificate is signed by nobody who is trusted";
      default -> outer;
    };
  }

  /** The JDK has no type for it. */
  private static boolean namesNobody(CertificateException fault) {
    String message = fault.getMessage();
    return message != null
        && (message.startsWith("No subject alternative") || message.startsWith("No name matching"));
  }

  /** The JDK's, which name versions, algorithms and alerts. */
  private static String ofMessage(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return "TLS failed";
    }
    int length = Math.min(message.length(), CHARACTERS_MAX);
    StringBuilder words = new StringBuilder("TLS failed: ");
    for (int i = 0; i < length; i++) {
      char c = message.charAt(i);
      words.append(c < ' ' || c > '~' ? '?' : c);
    }
    return words.toString();
  }
}
