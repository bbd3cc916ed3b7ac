package dev.streamgauge.bench.target;

import dev.streamgauge.bench.load.Load;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the load can go through. */
public enum TargetKind {
  /** Nothing: clients are connected to the model server. */
  DIRECT,
  /** Bytes from socket to socket, in C: what any proxy costs at least. */
  SPLICE,
  NGINX,
  HAPROXY,
  ENVOY,
  /** Knative's. */
  QUEUE_PROXY,
  /** Shepherd's gateway for language models, which began as SGLang's router; in Rust. */
  SMG,
  /** vLLM's router, in Rust, another child of SGLang's. */
  VLLM_ROUTER,
  STREAMGAUGE;

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads chats and knows their API: no other request passes. */
  public boolean isGateway() {
    return switch (this) {
      case SMG, VLLM_ROUTER -> true;
      case DIRECT, SPLICE, NGINX, HAPROXY, ENVOY, QUEUE_PROXY, STREAMGAUGE -> false;
    };
  }

  /**
   * Whether it relays this from one side to the other as it is. nginx speaks HTTP/1.1 to servers of
   * anything but gRPC.
   */
  public boolean relays(Load load) {
    return switch (this) {
      case DIRECT, SPLICE, HAPROXY, ENVOY, QUEUE_PROXY, STREAMGAUGE -> true;
      case NGINX -> load != Load.H2;
      case SMG, VLLM_ROUTER -> load == Load.HTTP1;
    };
  }

  public static TargetKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(label + " (expected: one of " + labels() + ")"));
  }

  private static String labels() {
    return Arrays.stream(values()).map(TargetKind::label).collect(Collectors.joining(", "));
  }
}
