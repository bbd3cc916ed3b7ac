package dev.streamgauge.cli.replay;

import dev.streamgauge.cli.Command;
import dev.streamgauge.telemetry.AccessLogJson;
import dev.streamgauge.telemetry.TelemetrySettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code streamgauge replay FILE...}: recorded exchanges, timed as if they were live. */
public final class ReplayCommand implements Command {
  private static final String USAGE =
      "usage: streamgauge replay FILE... [--times]\n"
          + "Prints one access-log line for each recorded exchange, with the file's name.\n"
          + "  --times  add token_times_us: microseconds from the end of the request to each token"
          + " event";

  @Override
  public String name() {
    return "replay";
  }

  @Override
  public String summary() {
    return "times recorded exchanges as if they were live";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    boolean times = false;
    List<Path> files = new ArrayList<>();
    for (String arg : args) {
      switch (arg) {
        case "--help" -> {
          out.println(USAGE);
          return 0;
        }
        case "--times" -> times = true;
        default -> {
          if (arg.startsWith("-")) {
            err.println(arg + ": unknown option (expected: --times)");
            return 2;
          }
          files.add(Path.of(arg));
        }
      }
    }
    if (files.isEmpty()) {
      err.println("FILE: missing (expected: at least one recording)");
      return 2;
    }
    return replayAll(files, times, out, err);
  }

  private static int replayAll(List<Path> files, boolean times, PrintStream out, PrintStream err) {
    AccessLogJson json = new AccessLogJson(TelemetrySettings.AccessLogging.defaults());
    for (Path file : files) {
      try {
        print(file, times, json, out);
      } catch (IOException | BadRecording e) {
        err.println(e instanceof BadRecording ? e.getMessage() : file + ": not readable");
        return 2;
      }
    }
    out.flush();
    return 0;
  }

  private static void print(Path file, boolean times, AccessLogJson json, PrintStream out)
      throws IOException, BadRecording {
    String name = String.valueOf(file.getFileName());
    for (ReplayedExchange exchange : exchanges(file)) {
      AccessLogJson.Extras extras = AccessLogJson.Extras.ofFile(name);
      out.writeBytes(
          json.line(
              exchange.record(),
              times ? extras.withTokenTimesMicros(exchange.tokenTimesMicros()) : extras));
    }
  }

  /** The exchanges of one recording, in the order of their lines. */
  static List<ReplayedExchange> exchanges(Path file) throws IOException, BadRecording {
    Replay replay = new Replay();
    int number = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank() && !(number == 1 && RecordedLine.isMeta(line))) {
          replay.happened(RecordedLine.parse(line));
        }
      }
    } catch (BadRecording e) {
      throw new BadRecording(file + ":" + number + ": " + e.getMessage());
    }
    return replay.finish();
  }
}
