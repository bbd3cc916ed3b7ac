package dev.streamgauge.cli.demo;

import java.io.PrintStream;
import java.util.List;

/** Where the table is shown: drawn over itself on a terminal, a line each interval elsewhere. */
sealed interface Screen {
  /** Shows where things stand. */
  void show(String span, Figures last, Figures recent, Figures all, int inFlight);

  /** Shows what it came to. */
  void end(Figures all);

  /** On a terminal. */
  final class Redrawn implements Screen {
    private static final String ESCAPE = "\u001b[";

    private final PrintStream out;
    private boolean drawn;

    Redrawn(PrintStream out) {
      this.out = out;
    }

    @Override
    public void show(String span, Figures last, Figures recent, Figures all, int inFlight) {
      draw(
          List.of(
              Table.head(),
              Table.line("at " + span, last, inFlight),
              Table.line("last " + recent.seconds() + " s", recent, null),
              Table.line("all", all, null)));
    }

    private void draw(List<String> lines) {
      StringBuilder text = new StringBuilder();
      if (drawn) {
        // up to the first line, and clear from there
        text.append(ESCAPE).append(lines.size()).append('A').append(ESCAPE).append('J');
      }
      lines.forEach(line -> text.append(line).append('\n'));
      drawn = true;
      out.print(text);
      out.flush();
    }

    @Override
    public void end(Figures all) {}
  }

  /** In a pipe or a file. */
  final class Lines implements Screen {
    private final PrintStream out;
    private boolean headed;

    Lines(PrintStream out) {
      this.out = out;
    }

    @Override
    public void show(String span, Figures last, Figures recent, Figures all, int inFlight) {
      if (!headed) {
        headed = true;
        out.println(Table.head());
      }
      out.println(Table.line(span, last, inFlight));
      out.flush();
    }

    @Override
    public void end(Figures all) {
      out.println(Table.line("all", all, null));
      out.flush();
    }
  }
}
