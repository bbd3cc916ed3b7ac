package dev.streamgauge.config;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** {@code http://HOST[:PORT][/PATH]} or the same with https. */
record OtlpEndpointValue() implements ValueType<URI> {
  private static final int LENGTH_MAX = 1024;

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
      return known && plain && uri.getHost() != null ? uri : null;
    } catch (URISyntaxException e) {
      return null;
    }
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
