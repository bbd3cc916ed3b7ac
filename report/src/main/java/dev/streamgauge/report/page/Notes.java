package dev.streamgauge.report.page;

import dev.streamgauge.report.compare.Comparison;
import dev.streamgauge.report.compare.Comparison.QuantileRow;
import dev.streamgauge.report.log.LineCounts.Rejected;
import dev.streamgauge.report.run.Run;
import dev.streamgauge.report.run.RunSummary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was read, and what of it is not in the figures. */
final class Notes {
  private static final int PLACE_CHARACTERS_MAX = 200;

  private Notes() {}

  static String lines(RunSummary run) {
    RunSummary.Lines lines = run.lines();
    Double seconds = run.course().seconds();
    String when =
        seconds == null
            ? ""
            : " from " + Shown.moment(run.course().firstMillis()) + " UTC, " + Shown.span(seconds);
    return Shown.count(lines.requests(), "request")
        + when
        + "; "
        + Shown.count(lines.read(), "line")
        + " read";
  }

  /** A sentence each, without its full stop. */
  static List<String> leftOut(RunSummary.Lines lines) {
    List<String> notes = new ArrayList<>();
    for (Rejected rejected : lines.rejected()) {
      notes.add(
          "left out: "
              + Shown.count(rejected.lines())
              + " "
              + rejected.reason().label()
              + " ("
              + rejected.reason().meaning()
              + "), as "
              + Shown.text(String.join(", ", rejected.examples()), "", PLACE_CHARACTERS_MAX));
    }
    add(lines.outOfSpan(), "outside of --from and --until, and left out", notes);
    add(lines.withoutTime(), "without a time: not in what is told over time and of load", notes);
    add(
        lines.farAway(),
        "too far in time from most others: not in what is told over time, nor in the run's length,"
            + " unless --from and --until leave out the others",
        notes);
    add(
        lines.ofFurtherModels(),
        "of models beyond the first " + Run.MODELS_MAX + ", counted as other",
        notes);
    return notes;
  }

  /** Of what the comparison is made, where that is less than a reader looks for; else null. */
  static @Nullable String compared(Comparison comparison) {
    return comparison.quantiles().stream().allMatch(QuantileRow::all)
        ? "no model has figures in both runs: only all requests together are compared"
        : null;
  }

  private static void add(long count, String what, List<String> notes) {
    if (count > 0) {
      notes.add(Shown.count(count) + " " + what);
    }
  }
}
