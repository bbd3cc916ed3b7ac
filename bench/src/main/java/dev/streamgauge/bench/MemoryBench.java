package dev.streamgauge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Memory with many slow streams open: RSS of all targets, live heap per stream of the JVM. */
@Command(
    name = "memory",
    description = "RSS and heap per open stream.",
    mixinStandardHelpOptions = true)
final class MemoryBench implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--streams", description = "open at once")
  private int streams = 2000;

  @Option(names = "--seconds", description = "how long they are open before memory is read")
  private double seconds = 10;

  @Option(names = "--over", description = "http1, h2 or grpc: what both sides speak")
  private String over = "http1";

  @Option(names = "--connections", description = "of HTTP/2, over which the streams are spread")
  private int connections = 20;

  @Override
  public Integer call() throws IOException, InterruptedException {
    options.pinLoad();
    Load load = Load.of(over);
    List<String> rows = new ArrayList<>();
    for (TargetKind kind : options.available()) {
      boolean measured =
          kind != TargetKind.DIRECT && !(kind == TargetKind.NGINX && load == Load.H2);
      if (measured) {
        rows.add(measure(Side.of(kind, load)));
      }
    }
    System.out.printf("%d streams over %s, 1 event/s each.%n%n", streams, load.label());
    System.out.println(
        "| target | RSS MiB, no stream | RSS MiB | PSS MiB | RSS KiB/stream |"
            + " live heap bytes/stream | events | errors |");
    System.out.println("|-|-|-|-|-|-|-|-|");
    rows.forEach(System.out::println);
    return 0;
  }

  private String measure(Side side) throws IOException, InterruptedException {
    try (Upstream upstream = side.behind().upstream(Integer.MAX_VALUE, 1);
        Target target =
            Target.start(side, options.places(), upstream.port(), options.targetProcessor)) {
      ProcessHandle process = target.process().orElseThrow();
      // A short load first, so that what is loaded and compiled once is not counted per stream.
      load(target, Math.min(streams, 64), 2);
      Thread.sleep(2000);
      Long heapBefore = liveHeapBytes(side.kind(), process);
      ProcessCost.Memory before = ProcessCost.memory(process);
      try (StreamLoad clients = clients(target)) {
        clients.open(streams, 5);
        Round round = clients.measure(seconds);
        ProcessCost.Memory with = ProcessCost.memory(process);
        Long heapWith = liveHeapBytes(side.kind(), process);
        return row(side.kind(), before, with, perStream(heapBefore, heapWith), round);
      }
    }
  }

  private StreamLoad clients(Target target) throws IOException {
    return target.side().front().clients(target.port(), Integer.MAX_VALUE, connections);
  }

  private void load(Target target, int count, double lasting) throws IOException {
    try (StreamLoad clients = clients(target)) {
      clients.open(count, 1);
      clients.warm(lasting);
    }
  }

  private double perStream(@Nullable Long before, @Nullable Long with) {
    return before == null || with == null ? Double.NaN : (with - before) / (double) streams;
  }

  private String row(
      TargetKind kind,
      ProcessCost.Memory before,
      ProcessCost.Memory with,
      double heapBytes,
      Round round) {
    return "| "
        + String.join(
            " | ",
            kind.label(),
            Numbers.text(before.rssKib() / 1024.0, 1),
            Numbers.text(with.rssKib() / 1024.0, 1),
            Numbers.text(with.pssKib() / 1024.0, 1),
            Numbers.text((with.rssKib() - before.rssKib()) / (double) streams, 1),
            Numbers.text(heapBytes, 0),
            Integer.toString(round.delaysNanos().count()),
            Long.toString(round.errors()))
        + " |";
  }

  /**
   * The last line of the class histogram, which {@code jcmd} takes after a full collection; null of
   * a target that is no JVM.
   */
  private @Nullable Long liveHeapBytes(TargetKind kind, ProcessHandle process)
      throws IOException, InterruptedException {
    if (kind != TargetKind.STREAMGAUGE) {
      return null;
    }
    Path jcmd = Path.of(System.getProperty("java.home", ""), "bin", "jcmd");
    Process histogram =
        new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = new String(histogram.getInputStream().readAllBytes(), UTF_8);
    histogram.waitFor();
    for (String line : text.lines().toList()) {
      String[] words = line.trim().toLowerCase(Locale.ROOT).split("\\s+", -1);
      if (words.length == 3 && words[0].equals("total")) {
        return Long.parseLong(words[2]);
      }
    }
    throw new IOException("jcmd gave no histogram: " + text.lines().findFirst().orElse(""));
  }
}
