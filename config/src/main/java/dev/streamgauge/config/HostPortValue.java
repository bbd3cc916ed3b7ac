package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** {@code HOST:PORT}, an IPv6 address in brackets. */
public record HostPortValue() implements ValueType<HostPort> {
  private static final int PORT_MAX = 65_535;

  @Override
  public @Nullable HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? null : host(text.substring(0, colon));
    long port = colon < 0 ? -1 : WholeNumber.digits(text.substring(colon + 1));
    return host == null || port < 0 || port > PORT_MAX ? null : new HostPort(host, (int) port);
  }

  /** The host without brackets; null where it is none. */
  static @Nullable String host(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      String inside = text.substring(1, text.length() - 1);
      return made(inside, ":.%") && inside.indexOf(':') >= 0 ? inside : null;
    }
    return made(text, ".-_") ? text : null;
  }

  private static boolean made(String text, String marks) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word = Ascii.isWord(c);
      if (!word && marks.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  @Override
  public String placeholder() {
    return "HOST:PORT";
  }

  @Override
  public String allowed() {
    return "HOST:PORT, as 0.0.0.0:8080 or [::]:8080, port 0 to 65535";
  }
}
