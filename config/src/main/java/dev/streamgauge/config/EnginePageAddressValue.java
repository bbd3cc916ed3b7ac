package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** {@code http://HOST[:PORT][/PATH]}, or with https. */
record EnginePageAddressValue() implements ValueType<EnginePageAddress> {
  private static final UpstreamValue SERVER = new UpstreamValue();
  private static final String USUAL_PATH = "/metrics";
  private static final int LENGTH_MAX = 2048;

  @Override
  public @Nullable EnginePageAddress parse(String text) {
    int host = text.indexOf("://") + 3;
    boolean known = text.startsWith("http://") || text.startsWith("https://");
    if (!known || text.length() > LENGTH_MAX) {
      return null;
    }
    int slash = text.indexOf('/', host);
    String path = slash < 0 || slash == text.length() - 1 ? USUAL_PATH : text.substring(slash);
    UpstreamAddress server = SERVER.parse(slash < 0 ? text : text.substring(0, slash));
    return server == null || !written(path) ? null : new EnginePageAddress(server, path);
  }

  /** What may stand in a request's first line as it is. */
  private static boolean written(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) <= ' ' || path.charAt(i) > '~' || path.charAt(i) == '#') {
        return false;
      }
    }
    return true;
  }

  @Override
  public String placeholder() {
    return "URL";
  }

  @Override
  public String allowed() {
    return "http://HOST[:PORT][/PATH] or https://HOST[:PORT][/PATH], at most 2048 characters";
  }
}
