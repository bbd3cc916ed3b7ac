package dev.streamgauge.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code SCHEME://HOST[:PORT]} or {@code unix:PATH}. */
record UpstreamValue() implements ValueType<UpstreamAddress> {
  private static final String UNIX = "unix:";
  private static final int PORT_MAX = 65_535;

  /** What Linux's {@code sun_path} holds, less the final zero. */
  private static final int UNIX_PATH_BYTES_MAX = 107;

  @Override
  public @Nullable UpstreamAddress parse(String text) {
    if (text.startsWith(UNIX)) {
      return unix(text.substring(UNIX.length()));
    }
    for (UpstreamAddress.Scheme scheme : UpstreamAddress.Scheme.values()) {
      String start = scheme.label() + "://";
      if (text.startsWith(start)) {
        return tcp(scheme, authority(text, start.length()));
      }
    }
    return null;
  }

  private static String authority(String url, int from) {
    int end = url.endsWith("/") ? url.length() - 1 : url.length();
    return url.substring(from, Math.max(from, end));
  }

  private static @Nullable UpstreamAddress tcp(UpstreamAddress.Scheme scheme, String authority) {
    int colon = authority.lastIndexOf(':');
    boolean noPort = colon < 0 || authority.endsWith("]");
    String host = HostPortValue.host(noPort ? authority : authority.substring(0, colon));
    long port = noPort ? scheme.defaultPort() : WholeNumber.digits(authority.substring(colon + 1));
    return host == null || port < 1 || port > PORT_MAX
        ? null
        : new UpstreamAddress.Tcp(scheme, host, (int) port);
  }

  private static @Nullable UpstreamAddress unix(String path) {
    boolean fits = path.getBytes(StandardCharsets.UTF_8).length <= UNIX_PATH_BYTES_MAX;
    return path.isEmpty() || path.indexOf('\0') >= 0 || !fits
        ? null
        : new UpstreamAddress.Unix(Path.of(path));
  }

  @Override
  public String placeholder() {
    return "URL";
  }

  @Override
  public String allowed() {
    return "http://HOST[:PORT], https://HOST[:PORT], h2c://HOST[:PORT] or grpc://HOST[:PORT] without"
        + " a path, or unix:PATH of at most 107 bytes";
  }
}
