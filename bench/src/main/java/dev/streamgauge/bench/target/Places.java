package dev.streamgauge.bench.target;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the programs are.
 *
 * @param root of the repository
 * @param peers a folder with {@code bin/nginx} and {@code bin/envoy}, as {@code bench/peers.sh}
 *     makes it
 * @param work for configurations and logs of the targets
 * @param streamgaugeOptions further options of {@code streamgauge proxy}
 */
public record Places(Path root, Path peers, Path work, List<String> streamgaugeOptions) {

  Path nginx() {
    return peers.resolve("bin/nginx");
  }

  Path envoy() {
    return peers.resolve("bin/envoy");
  }

  Path streamgauge() {
    return root.resolve("bin/streamgauge");
  }

  /** Why a target can't be run here, and what would help; empty if it can. */
  public Optional<String> missing(TargetKind kind) {
    return switch (kind) {
      case DIRECT -> Optional.empty();
      case NGINX -> missing(nginx(), "bench/peers.sh installs it");
      case ENVOY -> missing(envoy(), "bench/peers.sh installs it");
      case STREAMGAUGE -> missing(streamgauge(), "./build jar makes it");
    };
  }

  private static Optional<String> missing(Path program, String remedy) {
    return Files.isExecutable(program)
        ? Optional.empty()
        : Optional.of(program + " is not there; " + remedy);
  }
}
