package dev.streamgauge.timeline;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the client spoke; the {@code protocol} label. */
public enum Protocol {
  HTTP_1_0("http/1.0"),
  HTTP_1_1("http/1.1"),
  H2("h2"),
  GRPC("grpc");

  private static final String CALL = "application/grpc";

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /**
   * Of a request over HTTP/2 with this {@code content-type}: a gRPC call's is {@code
   * application/grpc}, alone or with an encoding behind a plus sign or parameters behind a
   * semicolon. gRPC-Web is no gRPC call, but HTTP.
   */
  public static Protocol ofHttp2(@Nullable CharSequence contentType) {
    String type = contentType == null ? "" : contentType.toString().strip();
    if (!type.toLowerCase(Locale.ROOT).startsWith(CALL)) {
      return H2;
    }
    boolean whole =
        type.length() == CALL.length() || "+; \t".indexOf(type.charAt(CALL.length())) >= 0;
    return whole ? GRPC : H2;
  }

  public String label() {
    return label;
  }
}
