package dev.streamgauge.bench.target;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the programs are.
 *
 * @param root of the repository
 * @param peers a folder with {@code bin/nginx} and others, as {@code bench/peers.sh} makes it
 * @param work for configurations and logs of the targets
 * @param streamgaugeOptions further options of {@code streamgauge proxy}
 * @param connections for which those are set up that have to be told, both sides together
 */
public record Places(
    Path root, Path peers, Path work, List<String> streamgaugeOptions, int connections) {
  /** In the environment: where the peers are. */
  public static final String PEERS_VARIABLE = "STREAMGAUGE_PEERS";

  Path peer(TargetKind kind) {
    return peers.resolve("bin").resolve(kind.label());
  }

  public Path streamgauge() {
    return root.resolve("bin/streamgauge");
  }

  /** What a target's process runs; none for direct. */
  public Optional<Path> program(TargetKind kind) {
    return switch (kind) {
      case DIRECT -> Optional.empty();
      case SPLICE, NGINX, HAPROXY, ENVOY, QUEUE_PROXY, SMG, VLLM_ROUTER -> Optional.of(peer(kind));
      case STREAMGAUGE -> Optional.of(streamgauge());
    };
  }

  /** Why a target can't be run here, and what would help; empty if it can. */
  public Optional<String> missing(TargetKind kind) {
    String remedy =
        kind == TargetKind.STREAMGAUGE ? "./build jar makes it" : "bench/peers.sh installs it";
    return program(kind)
        .filter(program -> !Files.isExecutable(program))
        .map(program -> program + " is not there; " + remedy);
  }
}
