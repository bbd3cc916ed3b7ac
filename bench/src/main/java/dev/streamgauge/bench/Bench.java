package dev.streamgauge.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The side-by-side measurements: {@code ./build bench --help} names them. */
@Command(
    name = "bench",
    description = "Measures streamgauge next to other proxies and no proxy at all.",
    mixinStandardHelpOptions = true,
    subcommands = {
      StreamBench.class,
      Http2Bench.Sse.class,
      Http2Bench.Grpc.class,
      RequestBench.Unary.class,
      RequestBench.Connect.class,
      BodyBench.class,
      ObserveBench.class,
      ScaleBench.class,
      MemoryBench.class,
      StartBench.class,
      ReadBench.class,
      AllBench.class,
      ReadOnce.class
    })
public final class Bench {
  private Bench() {}

  /** Runs the subcommand that the first argument names. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setExecutionExceptionHandler(
            (failure, command, _) -> {
              if (failure
                  instanceof IllegalArgumentException) { // what was asked for makes no sense
                command.getErr().println("bench: " + failure.getMessage());
                return CommandLine.ExitCode.USAGE;
              }
              throw failure;
            });
  }
}
