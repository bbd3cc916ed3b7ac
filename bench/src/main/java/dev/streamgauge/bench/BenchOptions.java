package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.target.Places;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Option;

/** What all measurements share: targets, processors, places; and what was learned on the way. */
final class BenchOptions {
  private static final int CONNECTIONS_DEFAULT = 8192;

  @Option(
      names = "--targets",
      split = ",",
      description =
          "of direct, splice, nginx, haproxy, envoy, queue-proxy, smg, vllm-router, streamgauge;"
              + " without it all that are here")
  private List<String> targets = Arrays.stream(TargetKind.values()).map(TargetKind::label).toList();

  @Option(names = "--target-cpu", description = "the processor of the targets")
  int targetProcessor = 0;

  @Option(names = "--load-cpu", description = "the processor of client and upstream; -1: any")
  int loadProcessor = 1;

  @Option(names = "--root", description = "the repository")
  Path root = Path.of("").toAbsolutePath();

  @Option(names = "--peers", description = "a folder with bin/nginx and others")
  Path peers = defaultPeers();

  @Option(names = "--streamgauge-option", description = "one more option of streamgauge proxy")
  List<String> streamgaugeOptions = new ArrayList<>();

  @Option(
      names = "--variant",
      description = {
        "NAME=WORDS: one more streamgauge with these options;",
        "a first word that is no option is another program"
      })
  private List<String> variants = List.of();

  /** How each target was started, by its label. */
  private final Map<String, String> programs = new LinkedHashMap<>();

  private final Set<String> leftOut = new LinkedHashSet<>();

  /** For which targets are set up that have to be told. */
  int connections = CONNECTIONS_DEFAULT;

  Places places() throws IOException {
    Path work = Files.createDirectories(results().resolve("work"));
    return new Places(root, peers, work, streamgaugeOptions, connections);
  }

  Path results() throws IOException {
    return Files.createDirectories(root.resolve("bench/target/results"));
  }

  /** Those asked for that are here; the others are named. */
  List<TargetKind> available() throws IOException {
    List<TargetKind> kinds = new ArrayList<>();
    for (TargetKind kind : targets.stream().map(TargetKind::of).toList()) {
      Optional<String> missing = places().missing(kind);
      if (missing.isPresent()) {
        leaveOut(kind.label(), missing.get());
      } else {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  /** The available ones with the same protocol on both sides, and the variants. */
  List<Side> sides(Load load) throws IOException {
    List<Side> sides = new ArrayList<>();
    available().forEach(kind -> sides.add(Side.of(kind, load)));
    sides.addAll(variants(load));
    return sides;
  }

  List<Side> variants(Load load) {
    return variants.stream().map(variant -> Side.variant(variant, load)).toList();
  }

  /** Starts the targets; one that does not come up is named and left out. */
  List<Target> start(List<Side> sides, ToIntFunction<Side> upstreamPort)
      throws IOException, InterruptedException {
    List<Target> started = new ArrayList<>();
    for (Side side : sides) {
      try {
        Target target =
            Target.start(side, places(), upstreamPort.applyAsInt(side), targetProcessor);
        started.add(target);
        target.commandLine().ifPresent(line -> programs.putIfAbsent(side.label(), line));
      } catch (IOException e) {
        leaveOut(side.label(), String.valueOf(e.getMessage()));
      }
    }
    return started;
  }

  Map<String, String> programs() {
    return programs;
  }

  /** What was left out and why, in words, in the order in which it was. */
  Set<String> leftOut() {
    return leftOut;
  }

  void leaveOut(String what, String why) {
    if (leftOut.add(what + ": " + why)) {
      System.err.println("left out: " + what + ": " + why);
    }
  }

  /** Moves this process to the load's processor. */
  void pinLoad() throws IOException, InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    if (targetProcessor < 0 || Math.max(targetProcessor, loadProcessor) >= processors) {
      throw new IllegalArgumentException(
          "--target-cpu, --load-cpu: there are %d processors, from 0 on".formatted(processors));
    }
    if (loadProcessor < 0) {
      return;
    }
    List<String> command =
        List.of(
            "taskset",
            "-a",
            "-c",
            "-p",
            Integer.toString(loadProcessor),
            Long.toString(ProcessHandle.current().pid()));
    Process pinning =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (!pinning.waitFor(10, TimeUnit.SECONDS) || pinning.exitValue() != 0) {
      System.err.println("taskset failed: the load is not pinned");
    }
  }

  private static Path defaultPeers() {
    String folder = System.getenv(Places.PEERS_VARIABLE);
    if (folder != null) {
      return Path.of(folder);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home", ""), ".cache");
    return base.resolve("streamgauge-peers");
  }
}
