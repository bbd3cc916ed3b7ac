package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What reading costs: one streamgauge, told before each round what to read. One process, since what
 * the JIT makes of a program differs more between two starts of it than reading costs.
 */
@Command(
    name = "observe",
    description = "What reading costs: --observe on, off and sampled, in one process.",
    mixinStandardHelpOptions = true)
final class ObserveBench extends Measurement {
  private static final String OFF = "streamgauge, observe off";

  @Mixin StreamPlan plan = new StreamPlan();

  @Option(names = "--sampled", description = "the share of requests that are read in the third row")
  private String sampled = "0.1";

  @Override
  void makeQuick() {
    plan.rounds.makeQuick();
  }

  @Override
  Section measure() throws IOException, InterruptedException {
    List<Side> sides =
        List.of(
            Side.of(TargetKind.DIRECT, Load.HTTP1), Side.of(TargetKind.STREAMGAUGE, Load.HTTP1));
    try (Upstream upstream = Load.HTTP1.upstream(plan.tokens, plan.rate);
        HttpClient admin = HttpClient.newHttpClient()) {
      List<Target> targets = options.start(sides, _ -> upstream.port());
      try {
        List<Lane> lanes = new ArrayList<>();
        for (Target target : targets) {
          Lane lane = StreamClients.lane(plan, target, upstream);
          if (target.kind() == TargetKind.STREAMGAUGE) {
            lanes.add(told("on", lane.label(), lane, admin));
            lanes.add(told("off", OFF, lane, admin));
            String label = "streamgauge, observe sampled " + sampled;
            lanes.add(told("sampled " + sampled, label, lane, admin));
          } else {
            lanes.add(lane);
          }
        }
        RoundTables tables = new RoundTables("event", new SideBySide(plan.rounds).measure(lanes));
        return new Section(
            "observe",
            "What reading costs",
            plan.words(),
            tables.tables("observe_ratios", List.of(OFF)),
            List.of(),
            List.of(
                "One process, told by its admin port before each round what to read; its memory is"
                    + " that of all.",
                tables.note()));
      } finally {
        targets.forEach(Target::close);
      }
    }
  }

  private static Lane told(String mode, String label, Lane lane, HttpClient admin) {
    return new Lane(
        label,
        lane.target(),
        new Lane.Clients() {
          @Override
          public StreamLoad open() throws IOException, InterruptedException {
            tell(mode, lane.target(), admin);
            return lane.clients().open();
          }

          @Override
          public void left() throws InterruptedException {
            lane.clients().left();
          }
        });
  }

  private static void tell(String mode, Target target, HttpClient admin)
      throws IOException, InterruptedException {
    URI uri =
        URI.create(
            "http://127.0.0.1:%d/observe?to=%s"
                .formatted(target.adminPort(), URLEncoder.encode(mode, StandardCharsets.US_ASCII)));
    HttpRequest request = HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build();
    int status = admin.send(request, BodyHandlers.discarding()).statusCode();
    if (status / 100 != 2) {
      throw new IOException("/observe?to=" + mode + " answered " + status);
    }
  }
}
