package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.Slo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code streamgauge report}, in the order of its help. */
public final class ReportOptions {
  /** More would make the tables wider than anybody reads. */
  public static final int TARGETS_MAX = 20;

  private static final Text FILE = new Text("FILE", 4096);

  public static final Option<String> HTML =
      Option.one("html", FILE, null, "Writes the report as one HTML file that needs no other");
  public static final Option<String> CSV =
      Option.one("csv", FILE, null, "Writes all figures as CSV, one figure a line");
  public static final Option<String> JSON =
      Option.one("json", FILE, null, "Writes all figures as one JSON object");
  public static final Option<List<Slo>> SLO = ProxyOptions.SLO;
  public static final Option<List<String>> BASELINE =
      Option.many(
          "baseline",
          FILE,
          null,
          "An access log of an earlier run, with which the files are compared");
  public static final Option<Integer> SLOWEST =
      Option.one(
          "slowest", new WholeNumber(1, 200), "20", "How many of the slowest requests are listed");
  public static final Option<Instant> FROM =
      Option.one(
          "from",
          new MomentValue(),
          null,
          "Leaves out requests that came before that; those of --baseline stay");
  public static final Option<Instant> UNTIL =
      Option.one(
          "until",
          new MomentValue(),
          null,
          "Leaves out requests that came then or later; those of --baseline stay");

  public static final OptionSet ALL =
      OptionSet.withOperands(
          List.of(HTML, CSV, JSON, SLO, BASELINE, SLOWEST, FROM, UNTIL, ProxyOptions.CONFIG));

  private ReportOptions() {}

  /** Command line, then environment, then the file of {@code --config}. */
  public static Reading read(List<String> args, Environment environment) {
    Reading reading = ALL.read(args, environment);
    if (!reading.helpAsked() && reading.problems().isEmpty()) {
      SloClash.report(reading);
      reportTooManyTargets(reading);
      reportEmptySpan(reading);
      reportStandardInputTwice(reading);
    }
    return reading;
  }

  private static void reportTooManyTargets(Reading reading) {
    int targets = reading.get(SLO).size();
    if (targets > TARGETS_MAX) {
      Source source = reading.source(SLO);
      reading.report(
          new Problem(
              source.keyOf(SLO), targets + " targets", source.place(), "at most " + TARGETS_MAX));
    }
  }

  private static void reportEmptySpan(Reading reading) {
    @Nullable Instant from = reading.find(FROM);
    @Nullable Instant until = reading.find(UNTIL);
    if (from != null && until != null && !from.isBefore(until)) {
      String text = reading.texts(UNTIL).getFirst();
      reading.report(
          Problem.unusable(UNTIL, text, reading.source(UNTIL), "a moment behind --from"));
    }
  }

  private static void reportStandardInputTwice(Reading reading) {
    long times =
        reading.operands().stream().filter("-"::equals).count()
            + reading.get(BASELINE).stream().filter("-"::equals).count();
    if (times > 1) {
      reading.report(
          new Problem("-", "given more than once", "on the command line", "standard input once"));
    }
  }
}
