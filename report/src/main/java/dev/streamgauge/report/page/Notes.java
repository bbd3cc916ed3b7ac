package dev.streamgauge.report.page;

import dev.streamgauge.report.log.LineCounts.Rejected;
import dev.streamgauge.report.run.Run;
import dev.streamgauge.report.run.RunSummary;
import java.util.ArrayList;
import java.util.List;

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
    return Shown.count(lines.requests())
        + " requests"
        + when
        + "; "
        + Shown.count(lines.read())
        + " lines read";
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
        "too far in time from the others: not in what is told over time, unless --from and --until"
            + " leave out the others",
        notes);
    add(
        lines.ofFurtherModels(),
        "of models beyond the first " + Run.MODELS_MAX + ", counted as other",
        notes);
    return notes;
  }

  private static void add(long count, String what, List<String> notes) {
    if (count > 0) {
      notes.add(Shown.count(count) + " " + what);
    }
  }
}
