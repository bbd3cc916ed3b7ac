package dev.streamgauge.report.page;

import dev.streamgauge.report.Report;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.run.RunSummary;
import java.util.List;

/**
 * The report for a terminal. Of our own text all is ASCII: whatever the terminal, columns stand.
 */
public final class TextPage {
  private static final int MODELS_MAX = 12;
  private static final int COMPARED_MODELS_MAX = 5;
  private static final int SLOWEST_MAX = 10;
  private static final int TIMES_MAX = 24;
  private static final List<Figure> FIGURES =
      List.of(Figure.TTFT, Figure.TPOT, Figure.ITL, Figure.DURATION, Figure.QUEUE);

  private TextPage() {}

  public static String of(Report report) {
    RunSummary run = report.run();
    StringBuilder text = new StringBuilder(Notes.lines(run)).append('\n');
    Notes.leftOut(run.lines()).forEach(note -> text.append("  ").append(note).append('\n'));
    text.append('\n');
    Tables tables = new Tables(run, MODELS_MAX);
    tables.latency(FIGURES).print(text);
    tables.overTime(TIMES_MAX).print(text);
    tables.outcomes().print(text);
    tables.targets().print(text);
    tables.byRunning().print(text);
    tables.byQueued().print(text);
    tables.energy().print(text);
    Tables.slowest("Slowest to the first token", run.slowestToFirstToken(), SLOWEST_MAX)
        .print(text);
    Tables.slowest("Slowest to the end", run.slowestToEnd(), SLOWEST_MAX).print(text);
    baseline(report, text);
    return text.toString();
  }

  private static void baseline(Report report, StringBuilder text) {
    if (report.baseline() != null && report.comparison() != null) {
      text.append("Baseline: ").append(Notes.lines(report.baseline())).append('\n');
      Notes.leftOut(report.baseline().lines())
          .forEach(note -> text.append("  ").append(note).append('\n'));
      String compared = Notes.compared(report.comparison());
      if (compared != null) {
        text.append("  ").append(compared).append('\n');
      }
      text.append('\n');
      ComparisonTable.of(report.comparison(), COMPARED_MODELS_MAX).print(text);
    }
  }
}
