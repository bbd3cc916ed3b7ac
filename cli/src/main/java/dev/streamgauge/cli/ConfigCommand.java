package dev.streamgauge.cli;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Settings;
import java.io.PrintStream;
import java.util.List;

/** Checks the settings of {@code proxy} and prints them with their sources, as a file for it. */
final class ConfigCommand implements Command {
  private final Environment environment;

  ConfigCommand() {
    this(Environment.current());
  }

  ConfigCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String name() {
    return "config";
  }

  @Override
  public String summary() {
    return "checks the settings of proxy and prints them, each with its source";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    return switch (Settings.load(args, environment)) {
      case Settings.HelpAsked _ -> help(out);
      case Settings.Refused(var problems) -> SettingsReport.print(problems, err);
      case Settings.Loaded loaded -> {
        out.print(loaded.effective().yaml());
        yield Main.OK;
      }
    };
  }

  private static int help(PrintStream out) {
    out.print(
        """
        Usage: streamgauge config [OPTION...]

        Takes the options of streamgauge proxy, reads environment and file as it does, and prints
        what results as a YAML file that --config takes. Exit code 2 where something is wrong.
        """);
    return Main.OK;
  }
}
