package dev.streamgauge.config;

import java.nio.file.Path;

/** Where the model server listens. */
public sealed interface UpstreamAddress {

  /** HTTP/1.1 over TCP. */
  record Tcp(String host, int port) implements UpstreamAddress {
    @Override
    public String toString() {
      return "http://" + new HostPort(host, port);
    }
  }

  /** HTTP/1.1 over a Unix domain socket. */
  record Unix(Path path) implements UpstreamAddress {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }
}
