package dev.streamgauge.cli;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.FileFault;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.Reading;
import dev.streamgauge.config.ReportOptions;
import dev.streamgauge.report.Report;
import dev.streamgauge.report.compare.Comparison;
import dev.streamgauge.report.log.LineCounts;
import dev.streamgauge.report.log.LogInput;
import dev.streamgauge.report.log.LogReader;
import dev.streamgauge.report.page.CsvPage;
import dev.streamgauge.report.page.HtmlPage;
import dev.streamgauge.report.page.JsonPage;
import dev.streamgauge.report.page.TextPage;
import dev.streamgauge.report.run.Run;
import dev.streamgauge.report.run.Run.Span;
import dev.streamgauge.report.run.Targets;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code streamgauge report FILE...}: what access logs say of a run. */
final class ReportCommand implements Command {
  private final Environment environment;
  private final InputStream in;

  ReportCommand(Environment environment) {
    this(environment, System.in);
  }

  ReportCommand(Environment environment, InputStream in) {
    this.environment = environment;
    this.in = in;
  }

  @Override
  public String name() {
    return "report";
  }

  @Override
  public String summary() {
    return "access logs read back: percentiles, goodput, load, comparison of runs";
  }

  /** Something that was given can't be used; one line. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String line) {
      super(line);
    }
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    Reading reading = ReportOptions.read(args, environment);
    if (reading.helpAsked()) {
      return help(out);
    }
    if (!reading.problems().isEmpty()) {
      return SettingsReport.print(reading.problems(), err);
    }
    if (reading.operands().isEmpty()) {
      err.println("streamgauge: FILE: missing on the command line (expected: an access log, or -)");
      return Main.WRONG_USE;
    }
    try {
      return new Job(reading, err).run(out);
    } catch (Unusable e) {
      err.println("streamgauge: " + e.getMessage());
      return Main.WRONG_USE;
    }
  }

  /** One report. */
  private final class Job {
    private final Reading reading;
    private final PrintStream err;
    private int code = Main.OK;

    Job(Reading reading, PrintStream err) {
      this.reading = reading;
      this.err = err;
    }

    int run(PrintStream out) throws Unusable {
      List<String> earlier = reading.get(ReportOptions.BASELINE);
      for (String file : reading.operands()) {
        check(file);
      }
      for (String file : earlier) {
        check(file);
      }
      ReportFiles files = new ReportFiles();
      for (List<String> run : List.of(reading.operands(), earlier)) {
        checkOnce(run);
        files.reads(run);
      }
      for (Option<String> option :
          List.of(ReportOptions.HTML, ReportOptions.CSV, ReportOptions.JSON)) {
        checkWritable(reading.find(option), files);
      }
      Observed now = read(reading.operands(), span());
      Observed before = earlier.isEmpty() ? null : read(earlier, Span.ALL);
      if (now.run.requests() == 0) {
        return nothing(reading.operands(), now, isPart() ? " in that time" : "");
      }
      if (before != null && before.run.requests() == 0) {
        return nothing(earlier, before, "");
      }
      write(report(now, before), out);
      return code;
    }

    private Report report(Observed now, @Nullable Observed before) {
      return new Report(
          reading.operands(),
          now.run.summary(now.reader.counts()),
          before == null ? null : before.run.summary(before.reader.counts()),
          before == null ? null : Comparison.of(now.run, before.run));
    }

    private record Observed(Run run, LogReader reader) {}

    private Observed read(List<String> files, Span span) {
      Targets targets = new Targets(reading.get(ReportOptions.SLO));
      Run run = new Run(targets, reading.get(ReportOptions.SLOWEST), span);
      LogReader reader = new LogReader();
      for (String file : files) {
        try (InputStream log = LogInput.open(file, in)) {
          reader.read(file, log, run::add);
        } catch (IOException e) {
          // what came before counts
          err.println("streamgauge: " + file + ": not read to its end: " + FileFault.text(e));
          code = Main.FAILED;
        }
      }
      return new Observed(run, reader);
    }

    private int nothing(List<String> files, Observed of, String where) {
      StringBuilder line = new StringBuilder("streamgauge: ").append(String.join(", ", files));
      line.append(": no line of an access log").append(where);
      for (LineCounts.Rejected rejected : of.reader.counts().rejected()) {
        line.append("; ").append(rejected.lines()).append(' ').append(rejected.reason().label());
        line.append(" (").append(rejected.reason().meaning()).append(')');
      }
      err.println(line);
      return Main.FAILED;
    }

    private boolean isPart() {
      return reading.isSet(ReportOptions.FROM) || reading.isSet(ReportOptions.UNTIL);
    }

    private Span span() {
      return new Span(millis(ReportOptions.FROM), millis(ReportOptions.UNTIL));
    }

    private @Nullable Long millis(Option<Instant> option) {
      Instant moment = reading.find(option);
      return moment == null ? null : (Long) moment.toEpochMilli();
    }

    private void write(Report report, PrintStream out) throws Unusable {
      out.writeBytes(TextPage.of(report).getBytes(StandardCharsets.UTF_8));
      out.flush();
      write(ReportOptions.HTML, (to, of) -> to.write(HtmlPage.of(of)), report);
      write(ReportOptions.CSV, (to, of) -> CsvPage.write(of, to), report);
      write(ReportOptions.JSON, (to, of) -> JsonPage.write(of, to), report);
    }

    private void write(Option<String> option, Page page, Report report) throws Unusable {
      String file = reading.find(option);
      if (file == null) {
        return;
      }
      try (Writer to = Files.newBufferedWriter(path(file))) {
        page.write(to, report);
      } catch (IOException e) {
        throw new Unusable(file + ": can't be written: " + FileFault.text(e));
      }
    }
  }

  /** One form of a report. */
  private interface Page {
    void write(Writer to, Report report) throws IOException;
  }

  /** Before minutes of reading: whether there is a place for what is asked for. */
  private static void checkWritable(@Nullable String file, ReportFiles others) throws Unusable {
    if (file == null) {
      return;
    }
    Path path = path(file).toAbsolutePath();
    String inTheWay = others.inTheWayOf(path);
    if (inTheWay != null) {
      throw new Unusable(file + ": can't be written: " + inTheWay);
    }
    Path parent = path.getParent();
    if (Files.isDirectory(path)) {
      throw new Unusable(file + ": can't be written: it is a folder");
    }
    if (parent != null && !Files.isDirectory(parent)) {
      throw new Unusable(file + ": can't be written: no such folder");
    }
    if (parent != null && !Files.isWritable(Files.exists(path) ? path : parent)) {
      throw new Unusable(file + ": can't be written: permission denied");
    }
  }

  /** Of one run; the same file may be a run and its baseline. */
  private static void checkOnce(List<String> files) throws Unusable {
    String twice = ReportFiles.twiceIn(files);
    if (twice != null) {
      throw new Unusable(twice + ": given more than once (expected: each file once)");
    }
  }

  /** Likewise: whether all of it is there. */
  private static void check(String file) throws Unusable {
    if (file.equals(LogInput.STANDARD_INPUT)) {
      return;
    }
    Path path = path(file);
    if (Files.isDirectory(path)) {
      throw new Unusable(file + ": can't be read: it is a folder");
    }
    // opened and closed: a pipe would lose its writer by that
    if (Files.isRegularFile(path) || Files.notExists(path)) {
      try (InputStream opened = Files.newInputStream(path)) {
        opened.skipNBytes(0);
      } catch (IOException e) {
        throw new Unusable(file + ": can't be read: " + FileFault.text(e));
      }
    }
  }

  private static Path path(String file) throws Unusable {
    try {
      return Path.of(file);
    } catch (InvalidPathException _) {
      throw new Unusable(file + ": no name of a file");
    }
  }

  private static int help(PrintStream out) {
    out.print(
        """
        Usage: streamgauge report FILE|- [FILE...] [OPTION...]

        Reads access logs of the format json, plain or gzip, of any size and in any order, and
        prints percentiles by model and over time, goodput against targets that are given now,
        latency by load, outcomes, energy, and the slowest requests with where their time went.
        Lines that are no line of an access log are counted and named. docs/report.md says how each
        figure is made.
        Exit code 1 where a file could not be read to its end, or had no line of an access log; 2
        where one can't be read or written at all.

        """);
    out.print(ReportOptions.ALL.help());
    return Main.OK;
  }
}
