package dev.streamgauge.cli;

import java.io.PrintStream;
import java.util.List;

/** One word after {@code streamgauge}. */
public interface Command {
  /** The word. */
  String name();

  /** What it does, in one line of {@code streamgauge --help}. */
  String summary();

  /**
   * Runs to its end.
   *
   * @param args what follows the word
   * @return the exit code: 0 for success, 1 for a failure, 2 for a wrong use
   */
  int run(List<String> args, PrintStream out, PrintStream err);
}
