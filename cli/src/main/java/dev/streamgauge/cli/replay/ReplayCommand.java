package dev.streamgauge.cli.replay;

import dev.streamgauge.cli.Command;
import dev.streamgauge.telemetry.AccessLogJson;
import dev.streamgauge.telemetry.TelemetrySettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code streamgauge replay FILE...}: recorded exchanges, timed as if they were live. */
public final class ReplayCommand implements Command {
  private static final int WRONG_USE = 2;

  private static final String USAGE =
      """
      usage: streamgauge replay FILE... [--times] [--format json|table]
             streamgauge replay --check MANIFEST [FILE...]
      Prints one access-log line for each recorded exchange, with the file's name.
        --times         add token_times_us: microseconds from the end of the request to each
                        token event; of a gRPC call with several inferences also
                        inference_ttft_us: from each one's own request to its first token event
        --format table  a table to read, with the figures that matter most
        --check MANIFEST  compare with what an independent reading found instead: a line for each
                        difference, then a summary; exit code 1 if anything differs. FILE may be
                        a folder; without one all that the manifest lists is read, beside it.
      A file that is no recording is told of on standard error; the others are printed, and the
      exit code is 2.""";

  @Override
  public String name() {
    return "replay";
  }

  @Override
  public String summary() {
    return "times recorded exchanges as if they were live";
  }

  /** What the command line asks for. */
  private record Wishes(List<Path> files, boolean times, boolean table, @Nullable Path manifest) {}

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    if (args.contains("--help")) {
      out.println(USAGE);
      return 0;
    }
    Wishes wishes = wishes(args, err);
    if (wishes == null) {
      return WRONG_USE;
    }
    Path manifest = wishes.manifest();
    return manifest == null
        ? replayAll(wishes, out, err)
        : check(manifest, wishes.files(), out, err);
  }

  private static int check(Path manifest, List<Path> files, PrintStream out, PrintStream err) {
    try {
      return new CheckedCorpus(manifest).run(files, out, err);
    } catch (BadRecording e) {
      err.println("streamgauge: " + e.getMessage());
      return WRONG_USE;
    }
  }

  private static @Nullable Wishes wishes(List<String> args, PrintStream err) {
    boolean times = false;
    String format = "json";
    String manifest = null;
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (arg.equals("--times")) {
        times = true;
      } else if (arg.equals("--format")) {
        i++;
        format = i < args.size() ? args.get(i) : "";
      } else if (arg.startsWith("--format=")) {
        format = arg.substring("--format=".length());
      } else if (arg.equals("--check")) {
        i++;
        manifest = i < args.size() ? args.get(i) : "";
      } else if (arg.startsWith("--check=")) {
        manifest = arg.substring("--check=".length());
      } else if (arg.startsWith("-")) {
        err.println(
            "streamgauge: "
                + arg
                + ": unknown option on the command line (expected: --times, --format, --check)");
        return null;
      } else {
        files.add(Path.of(arg));
      }
    }
    String problem = problem(files, format, times, manifest);
    if (problem != null) {
      err.println("streamgauge: " + problem);
      return null;
    }
    return new Wishes(
        files, times, format.equals("table"), manifest == null ? null : Path.of(manifest));
  }

  private static @Nullable String problem(
      List<Path> files, String format, boolean times, @Nullable String manifest) {
    if (!format.equals("json") && !format.equals("table")) {
      return "--format: \"" + format + "\" on the command line (expected: json or table)";
    }
    if (times && format.equals("table")) {
      return "--times: with a table on the command line (expected: --format json)";
    }
    if (manifest != null) {
      return checkProblem(manifest, times || format.equals("table"));
    }
    return files.isEmpty()
        ? "FILE: missing on the command line (expected: at least one recording)"
        : null;
  }

  private static @Nullable String checkProblem(String manifest, boolean printsLines) {
    if (manifest.isEmpty()) {
      return "--check: missing on the command line (expected: a manifest)";
    }
    return printsLines
        ? "--check: with --times or --format on the command line (expected: neither)"
        : null;
  }

  private static int replayAll(Wishes wishes, PrintStream out, PrintStream err) {
    AccessLogJson json = new AccessLogJson(TelemetrySettings.AccessLogging.defaults());
    ReplayTable table = new ReplayTable();
    int exitCode = 0;
    for (Path file : wishes.files()) {
      String name = String.valueOf(file.getFileName());
      try {
        for (ReplayedExchange exchange : exchanges(file)) {
          if (wishes.table()) {
            table.add(name, exchange.record());
          } else {
            out.writeBytes(line(exchange, name, wishes.times(), json));
          }
        }
      } catch (BadRecording e) {
        err.println("streamgauge: " + e.getMessage());
        exitCode = WRONG_USE;
      }
    }
    if (wishes.table()) {
      table.print(out);
    }
    out.flush();
    return exitCode;
  }

  static byte[] line(ReplayedExchange exchange, String file, boolean times, AccessLogJson json) {
    AccessLogJson.Extras extras = AccessLogJson.Extras.ofFile(file);
    return json.line(
        exchange.record(),
        times
            ? extras.withTimesMicros(exchange.tokenTimesMicros(), exchange.inferenceTtftMicros())
            : extras);
  }

  /** The exchanges of one recording, in the order of their lines. */
  static List<ReplayedExchange> exchanges(Path file) throws BadRecording {
    Replay replay = new Replay();
    RecordedFile.read(file, replay::happened);
    return replay.finish();
  }
}
