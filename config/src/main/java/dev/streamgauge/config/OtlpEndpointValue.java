package dev.streamgauge.config;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** {@code http://HOST[:PORT][/PATH]} or the same with https. */
record OtlpEndpointValue() implements ValueType<URI> {
  private static final int LENGTH_MAX = 1024;
  private static final int PORT_MAX = 65_535;

  @Override
  public @Nullable URI parse(String text) {
    if (text.length() > LENGTH_MAX) {
      return null;
    }
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      boolean known = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
      boolean plain =
          uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
      return known && plain && uri.getHost() != null && hasPort(uri.getPort()) ? uri : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** None is -1. */
  private static boolean hasPort(int port) {
    return port == -1 || (port > 0 && port <= PORT_MAX);
  }

  @Override
  public String placeholder() {
    return "URL";
  }

  @Override
  public String allowed() {
    return "http://HOST[:PORT][/PATH] or https://HOST[:PORT][/PATH]";
  }
}
