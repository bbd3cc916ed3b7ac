package dev.streamgauge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.streamgauge.config.ProxySettings.Slo;
import dev.streamgauge.report.Report;
import dev.streamgauge.report.Requests;
import dev.streamgauge.report.compare.Comparison;
import dev.streamgauge.report.log.LineCounts;
import dev.streamgauge.report.run.LoadRow;
import dev.streamgauge.report.run.Run;
import dev.streamgauge.report.run.Targets;
import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static final String HOSTILE =
      "</style><script src=//x.example/>\"'&\u001b[31m\u202e\n=1+1,\"";
  private static final Slo TARGET =
      new Slo("chat", null, Duration.ofMillis(500), Duration.ofMillis(50), null);

  @Test
  void thePageNeedsNothingElseAndRunsNothing() {
    String page = HtmlPage.of(report());
    assertThat(page)
        .startsWith("<!doctype html>")
        .contains("default-src 'none'; style-src 'unsafe-inline'")
        .doesNotContain("<script")
        .doesNotContain("<link")
        .doesNotContain("<img")
        .doesNotContain("url(")
        .doesNotContain("http://")
        .doesNotContain("https://")
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
  }

  @Test
  void whatComesFromALogIsTextWhereverItStands() {
    String page = HtmlPage.of(report());
    assertThat(page).contains("&lt;/style&gt;&lt;script src=//x.example/&gt;");
    assertThat(page.split("</style>", -1)).hasSize(2);
    for (String text : new String[] {page, TextPage.of(report())}) {
      assertThat(text).doesNotContain("\u001b").doesNotContain("\u202e");
    }
  }

  @Test
  void eachChartTellsInWordsWhatItShowsAndHasATable() {
    String page = HtmlPage.of(report());
    assertThat(page.split("<svg viewBox=\"0 0 400", -1).length - 1)
        .isEqualTo(page.split("role=\"img\" aria-label=\"", -1).length - 1)
        .isGreaterThan(10);
    assertThat(page)
        .contains("<details><summary>The same as a table")
        .contains("<details><summary>The same by model");
    assertThat(page).contains("TTFT, chart. p50: ");
  }

  @Test
  void noTwoMarksOfTheLoadsAxisAreAlike() {
    List<LoadRow> rows =
        List.of(
            new LoadRow(0, 0, 9, Map.of()),
            new LoadRow(0, 1, 9, Map.of()),
            new LoadRow(1, 2, 9, Map.of()),
            new LoadRow(1.5, 2, 9, Map.of()));
    assertThat(rows.stream().map(Tables::mark)).containsExactly("0", "<1", "1", "1.5");
  }

  @Test
  void theTerminalsTablesHaveColumnsAsWideAsTheyNeedToBe() {
    Grid grid = new Grid("Title", 1, List.of("name", "n"));
    grid.row("a", "1,000");
    grid.row("longer", "-");
    StringBuilder text = new StringBuilder();
    grid.print(text);
    assertThat(text).hasToString("Title\n  name        n\n  a       1,000\n  longer      -\n\n");
  }

  @Test
  void theTerminalHasAllParts() {
    assertThat(TextPage.of(report()))
        .contains("Percentiles\n")
        .contains("Over time, parts of 5")
        .contains("Outcomes by model\n")
        .contains("Goodput by target\n")
        .contains("chat:ttft<500ms,tpot<50ms")
        .contains("Latency by requests running at the arrival")
        .contains("Energy of the GPUs, an estimate\n")
        .contains("Slowest to the first token\n")
        .contains("Against the baseline");
  }

  @Test
  void whereNoModelIsInBothRunsTheComparisonSaysSo() {
    String note = "no model has figures in both runs";
    assertThat(TextPage.of(report())).doesNotContain(note);
    assertThat(HtmlPage.of(report())).doesNotContain(note);
    Report strangers = report(run(1, "a"), run(2, "b"));
    assertThat(TextPage.of(strangers)).contains(note);
    assertThat(HtmlPage.of(strangers)).contains(note);
  }

  @Test
  void oneRequestIsNotSeveral() {
    Run run = new Run(new Targets(List.of()), 5, Run.Span.ALL);
    run.add(Requests.at(0L).made());
    assertThat(Notes.lines(run.summary(new LineCounts()))).isEqualTo("1 request; 0 lines read");
    run.add(Requests.at(0L).made());
    assertThat(Notes.lines(run.summary(new LineCounts()))).startsWith("2 requests;");
  }

  @Test
  void jsonIsOneObjectAndEachFigureHasItsUnit() throws IOException {
    StringWriter text = new StringWriter();
    JsonPage.write(report(), text);
    try (JsonParser parser = new JsonFactory().createParser(text.toString())) {
      parser.nextToken();
      parser.skipChildren();
      assertThat(parser.nextToken()).isNull();
    }
    assertThat(text.toString())
        .contains("\"ttft_ms\":{\"count\":")
        .contains("\"comparison\":{\"quantiles\":[{\"all\":true,\"figure\":\"ttft\"")
        .contains("\"share_of\":\"failures\"")
        .endsWith("}\n");
  }

  @Test
  void everyLineOfCsvHasAllColumnsAndNoFormula() throws IOException {
    StringWriter text = new StringWriter();
    CsvPage.write(report(), text);
    List<List<String>> lines = Csv.read(text.toString());
    assertThat(lines.getFirst())
        .containsExactly(
            "run", "table", "model", "time", "load", "figure", "statistic", "unit", "value");
    assertThat(lines).allSatisfy(line -> assertThat(line).hasSize(9));
    assertThat(lines.subList(1, lines.size()))
        .allSatisfy(line -> assertThat(Double.parseDouble(line.getLast())).isFinite());
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("'=sum(A1),\"x\""));
    assertThat(lines.stream().map(List::getFirst).distinct())
        .containsExactly("run", "now", "baseline", "difference");
  }

  /** The quoting of RFC 4180, read back. */
  private static final class Csv {
    private Csv() {}

    static List<List<String>> read(String text) {
      List<List<String>> lines = new ArrayList<>();
      List<String> line = new ArrayList<>();
      StringBuilder cell = new StringBuilder();
      boolean quoted = false;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"') {
          boolean twice = quoted && i + 1 < text.length() && text.charAt(i + 1) == '"';
          cell.append(twice ? "\"" : "");
          i += twice ? 1 : 0;
          quoted = twice || !quoted;
        } else if (!quoted && (c == ',' || c == '\n')) {
          line.add(cell.toString());
          cell.setLength(0);
          if (c == '\n') {
            lines.add(List.copyOf(line));
            line.clear();
          }
        } else {
          cell.append(c);
        }
      }
      return lines;
    }
  }

  private static Report report() {
    String[] models = {"m", HOSTILE, "=sum(A1),\"x\""};
    return report(run(1, models), run(2, models));
  }

  private static Report report(Run now, Run before) {
    return new Report(
        List.of("a <b>.log"),
        now.summary(new LineCounts()),
        before.summary(new LineCounts()),
        Comparison.of(now, before));
  }

  private static Run run(long seed, String... models) {
    Random random = new Random(seed);
    Run run = new Run(new Targets(List.of(TARGET)), 5, Run.Span.ALL);
    for (int i = 0; i < 3000; i++) {
      long first = (long) Math.exp(12 + random.nextGaussian());
      run.add(
          Requests.at(1_795_510_800_000L + i * 200L)
              .model(models[i % models.length])
              .ended(i % 50 == 0 ? Outcome.UPSTREAM_RESET : Outcome.OK, 5 * first)
              .queued(i % 7 == 0 ? 40_000 : 0)
              .tokens(first, 4 * first, 30L)
              .pace(20_000 + random.nextInt(9000), 18_000)
              .joules(30)
              .made());
    }
    return run;
  }
}
