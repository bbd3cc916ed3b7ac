package dev.streamgauge.config;

/**
 * An address to listen on.
 *
 * @param host a name or address; IPv6 without its brackets
 * @param port 0 for any free one
 */
public record HostPort(String host, int port) {
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
