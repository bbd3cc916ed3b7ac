package dev.streamgauge.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The side-by-side measurements: {@code ./build bench stream|h2|grpc|memory|start|read}. */
@Command(
    name = "bench",
    description = "Measures streamgauge next to nginx, Envoy and no proxy at all.",
    mixinStandardHelpOptions = true,
    subcommands = {
      StreamBench.class,
      Http2Bench.Sse.class,
      Http2Bench.Grpc.class,
      MemoryBench.class,
      StartBench.class,
      ReadBench.class,
      ReadOnce.class
    })
public final class Bench {
  private Bench() {}

  /** Runs the subcommand that the first argument names. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }
}
