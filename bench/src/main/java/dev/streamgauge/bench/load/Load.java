package dev.streamgauge.bench.load;

import java.io.IOException;
import java.util.Arrays;

/** By which protocol streams are asked for, and which they are. */
public enum Load {
  HTTP1("http1"),
  H2("h2"),
  GRPC("grpc");

  private final String label;

  Load(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  public static Load of(String label) {
    return Arrays.stream(values())
        .filter(load -> load.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(label + " (expected: http1, h2 or grpc)"));
  }

  public Upstream upstream(int tokens, double eventsPerSecond) throws IOException {
    return switch (this) {
      case HTTP1 -> new SseUpstream(tokens, eventsPerSecond);
      case H2 -> new Http2Upstream(tokens, eventsPerSecond, new SseService(tokens));
      case GRPC -> new Http2Upstream(tokens, eventsPerSecond, new GrpcService(tokens));
    };
  }

  /**
   * Clients of what listens there.
   *
   * @param connections of HTTP/2, over which the streams are spread
   */
  public StreamLoad clients(int port, int tokens, int connections) throws IOException {
    return switch (this) {
      case HTTP1 -> new StreamClient(port, tokens);
      case H2 -> new Http2Client(port, tokens, new SseService(tokens), connections);
      case GRPC -> new Http2Client(port, tokens, new GrpcService(tokens), connections);
    };
  }
}
