package dev.streamgauge.bench;

import dev.streamgauge.bench.result.HtmlPage;
import dev.streamgauge.bench.result.JsonFile;
import dev.streamgauge.bench.result.Markdown;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All measurements one after the other, and one page of them. */
@Command(
    name = "all",
    description = "All measurements, one page: bench/target/results/index.html.",
    mixinStandardHelpOptions = true)
final class AllBench implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--quick", description = "ten minutes: few, short rounds, to see that it works")
  private boolean quick;

  @Option(
      names = "--rounds",
      description = "of each measurement side by side, ${DEFAULT-VALUE} without it")
  private int rounds = 16;

  @Option(names = "--only", split = ",", description = "these measurements, by their names")
  private Set<String> only = Set.of();

  @Option(names = "--without", split = ",", description = "not these")
  private Set<String> without = Set.of();

  private final Ticker ticker = Ticker.system();

  /** A measurement under the name that its file has. */
  private record Step(String key, String title, Measurement measurement) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    check(only);
    check(without);
    List<Step> steps =
        steps().stream()
            .filter(step -> only.isEmpty() || only.contains(step.key()))
            .filter(step -> !without.contains(step.key()))
            .toList();
    options.pinLoad();
    Machine machine = Machine.read(options);
    List<Section> sections = new ArrayList<>();
    int failed = 0;
    long start = ticker.nanos();
    for (Step step : steps) {
      System.err.printf(
          "== %s (%d of %d, after %d min)%n",
          step.key(),
          steps.indexOf(step) + 1,
          steps.size(),
          (ticker.nanos() - start) / 60_000_000_000L);
      try {
        sections.add(measure(step, machine.facts()));
      } catch (IOException | RuntimeException e) {
        options.leaveOut(step.key(), e.toString());
        failed++;
      }
      write(sections, machine.facts());
    }
    System.err.println("written: " + page());
    return failed == 0 ? 0 : 1;
  }

  private void check(Set<String> names) {
    List<String> known = steps().stream().map(Step::key).toList();
    if (!known.containsAll(names)) {
      throw new IllegalArgumentException(
          "--only, --without: of " + String.join(", ", known) + ", not " + String.join(",", names));
    }
  }

  private Section measure(Step step, Map<String, String> facts)
      throws IOException, InterruptedException {
    Measurement measurement = step.measurement();
    measurement.options = options;
    if (quick) {
      measurement.makeQuick();
    }
    Section section = measurement.measure().named(step.key(), step.title());
    System.out.println(Markdown.of(section));
    JsonFile.write(section, facts, options.results().resolve(step.key() + ".json"));
    return section;
  }

  /** After each measurement, so that the page has what there is, whatever comes. */
  private void write(List<Section> sections, Map<String, String> facts) throws IOException {
    Files.writeString(page(), new HtmlPage(sections, facts, options.programs()).text());
  }

  private Path page() throws IOException {
    return options.results().resolve("index.html");
  }

  /** With the loads of the figures in README.md and bench/README.md. */
  private List<Step> steps() {
    return List.of(
        stream("stream", 64, 50),
        stream("stream-500", 500, 10),
        stream("stream-2000", 2000, 1),
        requests("unary", "Unary requests", new RequestBench.Unary()),
        requests("connect", "Requests on new connections", new RequestBench.Connect()),
        new Step("body", "Large bodies", new BodyBench()),
        http2("h2", "SSE over HTTP/2", new Http2Bench.Sse()),
        http2("grpc", "gRPC streams", new Http2Bench.Grpc()),
        observe(),
        memory("memory", "Memory, SSE over HTTP/1.1", "http1"),
        memory("memory-grpc", "Memory, gRPC", "grpc"),
        new Step("start", "Start", new StartBench()),
        scale(),
        read());
  }

  private Step stream(String key, int streams, double rate) {
    StreamBench bench = new StreamBench();
    bench.plan.streams = streams;
    bench.plan.rate = rate;
    setRounds(bench.plan.rounds);
    return new Step(key, "SSE, %,d streams".formatted(streams), bench);
  }

  private Step requests(String key, String title, RequestBench bench) {
    setRounds(bench.rounds);
    return new Step(key, title, bench);
  }

  private Step http2(String key, String title, Http2Bench bench) {
    setRounds(bench.plan.rounds);
    return new Step(key, title, bench);
  }

  private Step observe() {
    ObserveBench bench = new ObserveBench();
    setRounds(bench.plan.rounds);
    return new Step("observe", "What reading costs", bench);
  }

  private void setRounds(RoundPlan plan) {
    plan.rounds = rounds;
  }

  private static Step memory(String key, String title, String over) {
    MemoryBench bench = new MemoryBench();
    bench.rounds = 2;
    bench.over = over;
    return new Step(key, title, bench);
  }

  /** A part of the plane: the whole takes hours with all peers. */
  private static Step scale() {
    ScaleBench bench = new ScaleBench();
    bench.plan.streams = List.of(1, 64, 1000, 5000, 10_000);
    bench.plan.events = List.of(1, 1000, 10_000, 40_000);
    bench.plan.rounds = 2;
    bench.plan.seconds = 1.5;
    return new Step("scale", "Scale", bench);
  }

  private static Step read() {
    ReadBench bench = new ReadBench();
    bench.forks = 1;
    bench.iterations = 2;
    return new Step("read", "Reading a piece", bench);
  }
}
