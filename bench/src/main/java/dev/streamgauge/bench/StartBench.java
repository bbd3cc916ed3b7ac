package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.SseUpstream;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * From exec to the first 200 through the proxy, over a plain socket that tries every millisecond.
 */
@Command(
    name = "start",
    description = "Time from exec to the first proxied 200.",
    mixinStandardHelpOptions = true)
final class StartBench implements Callable<Integer> {
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final byte[] REQUEST =
      "GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final Ticker ticker = Ticker.system();

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--runs", description = "starts of each kind")
  private int runs = 10;

  @Option(
      names = "--without-cache",
      description =
          "NAME=VALUE in the environment that makes bin/streamgauge start without AOT cache")
  private String withoutCache = "STREAMGAUGE_JAVA_OPTS=-XX:AOTMode=off";

  @Override
  public Integer call() throws IOException, InterruptedException {
    options.pinLoad();
    System.out.println("| target | exec to first 200, ms, median | min | max | CPU ms | RSS MiB |");
    System.out.println("|-|-|-|-|-|-|");
    try (SseUpstream upstream = new SseUpstream(1, 1)) {
      for (TargetKind kind : options.available()) {
        switch (kind) {
          case DIRECT -> {}
          case NGINX, ENVOY -> row(kind, kind.label(), upstream, List.of());
          case STREAMGAUGE -> {
            row(kind, kind.label(), upstream, List.of());
            row(kind, kind.label() + ", no AOT cache", upstream, List.of(withoutCache));
          }
        }
      }
    }
    return 0;
  }

  private void row(TargetKind kind, String name, SseUpstream upstream, List<String> environment)
      throws IOException, InterruptedException {
    List<Double> millis = new ArrayList<>();
    List<Double> cpuMillis = new ArrayList<>();
    List<Double> rssMib = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      long start = ticker.nanos();
      try (Target target =
          Target.exec(
              Side.of(kind, Load.HTTP1),
              options.places(),
              upstream.port(),
              options.targetProcessor,
              environment)) {
        awaitAnswer(target.port(), start);
        millis.add((ticker.nanos() - start) / 1e6);
        ProcessHandle process = target.process().orElseThrow();
        cpuMillis.add(ProcessCost.cpuNanos(process) / 1e6);
        rssMib.add(ProcessCost.memory(process).rssKib() / 1024.0);
      }
    }
    System.out.printf(
        "| %s | %s | %s | %s | %s | %s |%n",
        name,
        Numbers.text(median(millis), 0),
        Numbers.text(millis.stream().mapToDouble(v -> v).min().orElse(Double.NaN), 0),
        Numbers.text(millis.stream().mapToDouble(v -> v).max().orElse(Double.NaN), 0),
        Numbers.text(median(cpuMillis), 0),
        Numbers.text(median(rssMib), 1));
  }

  private static double median(List<Double> values) {
    return Numbers.median(values.stream().mapToDouble(v -> v).toArray());
  }

  private void awaitAnswer(int port, long start) throws IOException, InterruptedException {
    while (!answers(port)) {
      if (ticker.nanos() - start > PATIENCE_NANOS) {
        throw new IOException("no answer from port " + port);
      }
      Thread.sleep(1);
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.getOutputStream().write(REQUEST);
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }
}
