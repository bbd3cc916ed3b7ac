package dev.streamgauge.config;

import java.nio.file.Path;

/** Where the model server listens. */
public sealed interface UpstreamAddress {

  /** What is spoken there. */
  enum Scheme implements Labelled {
    HTTP("http", 80),
    /** HTTP/2 if the server offers it in its TLS handshake, else HTTP/1.1. */
    HTTPS("https", 443),
    /** HTTP/2 with prior knowledge, without TLS. */
    H2C("h2c", 80),
    /** The same, by the name that gRPC's users expect. */
    GRPC("grpc", 80);

    private final String label;
    private final int defaultPort;

    Scheme(String label, int defaultPort) {
      this.label = label;
      this.defaultPort = defaultPort;
    }

    @Override
    public String label() {
      return label;
    }

    int defaultPort() {
      return defaultPort;
    }
  }

  /** Over TCP. */
  record Tcp(Scheme scheme, String host, int port) implements UpstreamAddress {
    @Override
    public String toString() {
      return scheme.label() + "://" + new HostPort(host, port);
    }
  }

  /** HTTP/1.1 over a Unix domain socket. */
  record Unix(Path path) implements UpstreamAddress {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** Whether TLS is spoken there. */
  default boolean secure() {
    return this instanceof Tcp tcp
        && switch (tcp.scheme()) {
          case HTTP, H2C, GRPC -> false;
          case HTTPS -> true;
        };
  }

  /** Whether HTTP/2 is spoken there without having been agreed upon. */
  default boolean priorKnowledge() {
    return this instanceof Tcp tcp
        && switch (tcp.scheme()) {
          case HTTP, HTTPS -> false;
          case H2C, GRPC -> true;
        };
  }
}
