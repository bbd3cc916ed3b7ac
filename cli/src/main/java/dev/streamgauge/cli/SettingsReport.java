package dev.streamgauge.cli;

import dev.streamgauge.config.Problem;
import java.io.PrintStream;
import java.util.List;

/** How problems with settings are said. */
public final class SettingsReport {
  private SettingsReport() {}

  /** One line each; returns the exit code. */
  public static int print(List<Problem> problems, PrintStream err) {
    for (Problem problem : problems) {
      err.println("streamgauge: " + problem.line());
    }
    return Main.WRONG_USE;
  }
}
