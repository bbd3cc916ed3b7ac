package dev.streamgauge.cli;

import dev.streamgauge.config.Option;
import dev.streamgauge.config.Problem;
import dev.streamgauge.config.Source;
import dev.streamgauge.proxy.CannotListen;
import java.io.PrintStream;
import java.util.List;

/** How problems with settings are said. */
public final class SettingsReport {
  private SettingsReport() {}

  /** One line for an address that could not be had; returns the exit code. */
  public static int print(CannotListen fault, Option<?> option, Source source, PrintStream err) {
    String allowed = "a free address of this machine; " + fault.why();
    String address = fault.address().toString();
    return print(List.of(Problem.unusable(option, address, source, allowed)), err);
  }

  /** One line each; returns the exit code. */
  public static int print(List<Problem> problems, PrintStream err) {
    for (Problem problem : problems) {
      err.println("streamgauge: " + problem.line());
    }
    return Main.WRONG_USE;
  }
}
