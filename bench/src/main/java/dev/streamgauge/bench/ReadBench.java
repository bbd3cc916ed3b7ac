package dev.streamgauge.bench;

import dev.streamgauge.bench.jmh.Shape;
import dev.streamgauge.bench.jmh.StreamReading;
import dev.streamgauge.bench.jmh.UnaryReading;
import dev.streamgauge.bench.result.Column;
import dev.streamgauge.bench.result.FigureTable;
import dev.streamgauge.bench.result.Row;
import dev.streamgauge.bench.result.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * JMH: nanoseconds and bytes allocated for each piece by framer, dialect and timeline, and for what
 * is not streamed.
 */
@Command(
    name = "read",
    description = "Nanoseconds and allocated bytes for each piece of a stream, and of 2 KB (JMH).",
    mixinStandardHelpOptions = true)
final class ReadBench extends Measurement {
  private static final List<String> WAYS = List.of("like", "unlike", "cut", "parserOnly");
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final List<Column> WHOLES =
      List.of(new Column("nanos", "ns", 0), new Column("allocated_bytes", "allocated bytes", 0));

  @Option(names = "--forks", description = "JVMs, one after the other")
  int forks = 3;

  @Option(names = "--iterations", description = "of a second each, as many to warm up")
  int iterations = 5;

  /** None for all. */
  private String[] dialects = {};

  @Override
  void makeQuick() {
    forks = 1;
    iterations = 1;
    dialects = new String[] {Shape.OPENAI_CHAT.name(), Shape.VLLM_GRPC.name()};
  }

  @Override
  Section measure() throws IOException {
    Map<String, Map<String, RunResult>> byPiece = new LinkedHashMap<>();
    List<Row> wholes = new ArrayList<>();
    for (RunResult result : run()) {
      BenchmarkParams params = result.getParams();
      String way = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
      String dialect = params.getParam("dialect");
      if (dialect == null) {
        wholes.add(Row.of(way, List.of(nanos(result), Row.once(allocated(result)))));
      } else {
        byPiece.computeIfAbsent(dialect, _ -> new LinkedHashMap<>()).put(way, result);
      }
    }
    List<Column> columns = new ArrayList<>();
    WAYS.forEach(way -> columns.add(new Column(way + "_nanos", way + ", ns", 0)));
    columns.add(new Column("allocated_bytes", "allocated bytes, at most", 2));
    List<Row> rows = new ArrayList<>();
    byPiece.forEach((piece, results) -> rows.add(row(piece, results)));
    return new Section(
        "read",
        "Reading a piece",
        "JMH, %d JVMs with %d iterations of a second each, as many to warm up"
            .formatted(forks, iterations),
        List.of(
            new FigureTable("figures", "Time for each piece", List.of("piece"), columns, rows),
            new FigureTable("wholes", "Time for 2 KB of JSON", List.of("chat"), WHOLES, wholes)),
        List.of(),
        List.of(
            "like differs from the last piece in its text and is compared, unlike is read whole,"
                + " cut comes in two reads; parserOnly is unlike without the timeline.",
            "2 KB are a chat that is not streamed, its request and its answer, without the"
                + " timeline."));
  }

  private Collection<RunResult> run() throws IOException {
    ChainedOptionsBuilder jmh =
        new OptionsBuilder()
            .include(StreamReading.class.getName())
            .include(UnaryReading.class.getName())
            .forks(forks)
            .warmupIterations(iterations)
            .measurementIterations(iterations)
            .addProfiler(GCProfiler.class);
    if (dialects.length > 0) {
      jmh.param("dialect", dialects);
    }
    try {
      return new Runner(jmh.build()).run();
    } catch (RunnerException e) {
      throw new IOException("JMH: " + e.getMessage(), e);
    }
  }

  private static Row row(String piece, Map<String, RunResult> results) {
    List<double[]> figures = new ArrayList<>();
    double allocatedMax = Double.NaN;
    for (String way : WAYS) {
      RunResult result = results.get(way);
      figures.add(result == null ? Row.none() : nanos(result));
    }
    for (RunResult result : results.values()) {
      double allocated = allocated(result);
      if (!Double.isNaN(allocated) && !(allocated <= allocatedMax)) {
        allocatedMax = allocated;
      }
    }
    figures.add(Row.once(allocatedMax));
    return Row.of(piece.toLowerCase(Locale.ROOT), figures);
  }

  /** Bytes; not a number where JMH could not tell. */
  private static double allocated(RunResult result) {
    Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
    return allocated == null ? Double.NaN : allocated.getScore();
  }

  /** Of each iteration in each JVM. */
  private static double[] nanos(RunResult result) {
    return result.getBenchmarkResults().stream()
        .flatMap(fork -> fork.getIterationResults().stream())
        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
        .toArray();
  }
}
