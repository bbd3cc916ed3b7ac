package dev.streamgauge.bench;

import dev.streamgauge.bench.target.Places;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Option;

/** What all measurements share: targets, processors, places. */
final class BenchOptions {
  @Option(names = "--targets", split = ",", description = "of direct, nginx, envoy, streamgauge")
  private List<String> targets = List.of("direct", "nginx", "envoy", "streamgauge");

  @Option(names = "--target-cpu", description = "the processor of the targets")
  int targetProcessor = 0;

  @Option(names = "--load-cpu", description = "the processor of client and upstream")
  int loadProcessor = 1;

  @Option(names = "--root", description = "the repository")
  Path root = Path.of("").toAbsolutePath();

  @Option(names = "--peers", description = "a folder with bin/nginx and bin/envoy")
  Path peers = defaultPeers();

  @Option(names = "--streamgauge-option", description = "one more option of streamgauge proxy")
  List<String> streamgaugeOptions = new ArrayList<>();

  Places places() throws IOException {
    Path work = Files.createDirectories(results().resolve("work"));
    return new Places(root, peers, work, streamgaugeOptions);
  }

  Path results() throws IOException {
    return Files.createDirectories(root.resolve("bench/target/results"));
  }

  /** Those asked for that are here; the others are named on standard error. */
  List<TargetKind> available() throws IOException {
    List<TargetKind> kinds = new ArrayList<>();
    for (String label : targets) {
      TargetKind kind = TargetKind.of(label);
      places()
          .missing(kind)
          .ifPresentOrElse(
              reason -> System.err.println("left out: " + kind.label() + ": " + reason),
              () -> kinds.add(kind));
    }
    return kinds;
  }

  /** Starts the targets; one that does not come up is named and left out. */
  List<Target> start(List<Side> sides, ToIntFunction<Side> upstreamPort)
      throws IOException, InterruptedException {
    List<Target> started = new ArrayList<>();
    for (Side side : sides) {
      try {
        started.add(Target.start(side, places(), upstreamPort.applyAsInt(side), targetProcessor));
      } catch (IOException e) {
        System.err.println("left out: " + side.label() + ": " + e.getMessage());
      }
    }
    return started;
  }

  /** Moves this process to the load's processor. */
  void pinLoad() throws IOException, InterruptedException {
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
    String folder = System.getenv("STREAMGAUGE_PEERS");
    if (folder != null) {
      return Path.of(folder);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home", ""), ".cache");
    return base.resolve("streamgauge-peers");
  }
}
