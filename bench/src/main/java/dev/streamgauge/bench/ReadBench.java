package dev.streamgauge.bench;

import dev.streamgauge.bench.jmh.RequestEnding;
import dev.streamgauge.bench.jmh.Shape;
import dev.streamgauge.bench.jmh.StreamReading;
import dev.streamgauge.bench.jmh.UnaryReading;
import dev.streamgauge.bench.result.Column;
import dev.streamgauge.bench.result.FigureTable;
import dev.streamgauge.bench.result.Row;
import dev.streamgauge.bench.result.Section;
import java.io.IOException;
import java.util.ArrayList;
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
 * JMH: nanoseconds and bytes allocated for each piece by framer, dialect and timeline, for a chat
 * that is not streamed, and for the end of each request by timeline, metrics and access log.
 */
@Command(
    name = "read",
    description =
        "Nanoseconds and allocated bytes for each piece of a stream, for a chat that is not"
            + " streamed, and for the end of a request (JMH).",
    mixinStandardHelpOptions = true)
final class ReadBench extends Measurement {
  private static final List<String> WAYS = List.of("like", "unlike", "cut", "parserOnly");
  private static final List<String> PARTS = List.of("timed", "counted", "logged");
  private static final List<Column> WHOLES =
      List.of(new Column("nanos", "ns", 0), new Column("allocated_bytes", "allocated bytes", 0));
  private static final String ALLOCATED = "gc.alloc.rate.norm";

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
    Map<String, Map<String, RunResult>> byPiece = run(StreamReading.class, "dialect");
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
            wholes(),
            endings()),
        List.of(),
        List.of(
            "like differs from the last piece in its text and is compared, unlike is read whole,"
                + " cut comes in two reads; parserOnly is unlike without the timeline.",
            "2 KB are a chat that is not streamed, its request and its answer, without the"
                + " timeline.",
            "At the end of a request: timed is its whole timeline up to the record, of a stream with"
                + " 50 tokens; counted what the metrics take of it; logged its line in JSON."));
  }

  private FigureTable wholes() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Map<String, RunResult> all : run(UnaryReading.class, "").values()) {
      all.forEach(
          (way, result) ->
              rows.add(Row.of(way, List.of(nanos(result), Row.once(allocated(result))))));
    }
    return new FigureTable("wholes", "Time for 2 KB of JSON", List.of("chat"), WHOLES, rows);
  }

  private FigureTable endings() throws IOException {
    List<Column> columns = new ArrayList<>();
    for (String part : PARTS) {
      columns.add(new Column(part + "_nanos", part + ", ns", 0));
      columns.add(new Column(part + "_bytes", part + ", allocated bytes", 0));
    }
    List<Row> rows = new ArrayList<>();
    run(RequestEnding.class, "answer")
        .forEach(
            (answer, results) -> {
              List<double[]> figures = new ArrayList<>();
              for (String part : PARTS) {
                RunResult result = results.get(part);
                figures.add(result == null ? Row.none() : nanos(result));
                figures.add(Row.once(result == null ? Double.NaN : allocated(result)));
              }
              rows.add(Row.of(answer.toLowerCase(Locale.ROOT), figures));
            });
    return new FigureTable("endings", "The end of a request", List.of("answer"), columns, rows);
  }

  /** By the parameter's value (empty where there is none), then by the method's name. */
  private Map<String, Map<String, RunResult>> run(Class<?> benchmark, String parameter)
      throws IOException {
    ChainedOptionsBuilder jmh =
        new OptionsBuilder()
            .include(benchmark.getName())
            .forks(forks)
            .warmupIterations(iterations)
            .measurementIterations(iterations)
            .addProfiler(GCProfiler.class);
    if (dialects.length > 0 && parameter.equals("dialect")) {
      jmh.param(parameter, dialects);
    }
    Map<String, Map<String, RunResult>> results = new LinkedHashMap<>();
    try {
      for (RunResult result : new Runner(jmh.build()).run()) {
        BenchmarkParams params = result.getParams();
        String method = params.getBenchmark();
        String value = parameter.isEmpty() ? "" : params.getParam(parameter);
        results
            .computeIfAbsent(value, _ -> new LinkedHashMap<>())
            .put(method.substring(method.lastIndexOf('.') + 1), result);
      }
    } catch (RunnerException e) {
      throw new IOException("JMH: " + e.getMessage(), e);
    }
    return results;
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

  /** In bytes each time; NaN if it is not known. */
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
