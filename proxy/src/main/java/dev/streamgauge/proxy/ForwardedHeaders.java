package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import dev.streamgauge.timeline.Protocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code Via} and {@code X-Forwarded-*}, both off by default. */
final class ForwardedHeaders {
  private ForwardedHeaders() {}

  /** Adds a line of its own to those that came; lists go over lines (RFC 9110 section 5.3). */
  static void add(
      ProxySettings.Headers headers,
      Head head,
      Protocol protocol,
      Client client,
      List<HeadWriter.Field> added) {
    String via = headers.via();
    if (via != null) {
      added.add(new HeadWriter.Field("Via", version(protocol) + " " + via));
    }
    if (!headers.forwarded()) {
      return;
    }
    String address = client.address();
    if (address != null) {
      added.add(new HeadWriter.Field("X-Forwarded-For", address));
    }
    addIfAbsent(
        head, "X-Forwarded-Proto", "x-forwarded-proto", client.secure() ? "https" : "http", added);
    addIfAbsent(head, "X-Forwarded-Host", "x-forwarded-host", head.header("host"), added);
  }

  /** Of the message that was received (RFC 9110 section 7.6.3). */
  private static String version(Protocol protocol) {
    return switch (protocol) {
      case HTTP_1_0 -> "1.0";
      case HTTP_1_1 -> "1.1";
      case H2, GRPC -> "2";
    };
  }

  private static void addIfAbsent(
      Head head,
      String name,
      String lowerCase,
      @Nullable String value,
      List<HeadWriter.Field> added) {
    if (value != null && head.header(lowerCase) == null) {
      added.add(new HeadWriter.Field(name, value));
    }
  }
}
