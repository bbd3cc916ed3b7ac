package dev.streamgauge.cli.simulate;

import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** What a path is for. */
enum Route {
  CHAT("/v1/chat/completions", true),
  COMPLETION("/v1/completions", true),
  /** llama.cpp's own. */
  LLAMA_COMPLETION("/completion", true),
  MODELS("/v1/models", false),
  HEALTH("/health", false),
  STATS("/simulate/stats", false);

  private final String path;
  private final boolean generates;

  Route(String path, boolean generates) {
    this.path = path;
    this.generates = generates;
  }

  /** Null if there is none. */
  static @Nullable Route of(String path) {
    for (Route route : values()) {
      if (route.path.equals(path)) {
        return route;
      }
    }
    return null;
  }

  boolean allows(HttpMethod method) {
    return generates
        ? method.equals(HttpMethod.POST)
        : method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  boolean generates() {
    return generates;
  }
}
