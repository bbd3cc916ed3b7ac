package dev.streamgauge.bench;

import dev.streamgauge.bench.jmh.StreamReading;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** JMH: nanoseconds and bytes allocated for each piece by framer, dialect and timeline. */
@Command(
    name = "read",
    description = "Nanoseconds and allocated bytes for each piece of a stream (JMH).",
    mixinStandardHelpOptions = true)
final class ReadBench implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--forks", description = "JVMs, one after the other")
  private int forks = 3;

  @Option(names = "--iterations", description = "of a second each, as many to warm up")
  private int iterations = 5;

  @Override
  public Integer call() throws IOException, RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(StreamReading.class.getName())
                .forks(forks)
                .warmupIterations(iterations)
                .measurementIterations(iterations)
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result(options.results().resolve("read.json").toString())
                .build())
        .run();
    return 0;
  }
}
