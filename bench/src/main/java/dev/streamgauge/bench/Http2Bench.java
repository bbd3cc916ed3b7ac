package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Cost and added delay of each target under streams that share connections of HTTP/2. */
abstract sealed class Http2Bench extends Measurement {
  @Mixin StreamPlan plan = new StreamPlan();

  abstract Load load();

  abstract String title();

  abstract String counted();

  /** Where a target can't do it there is none. */
  abstract List<Side> sides(TargetKind kind);

  @Override
  void makeQuick() {
    plan.rounds.makeQuick();
  }

  @Override
  Section measure() throws IOException, InterruptedException {
    List<Side> sides = new ArrayList<>();
    options.available().forEach(kind -> sides.addAll(sides(kind)));
    sides.addAll(options.variants(load()));
    plan.check();
    try (Upstream same = load().upstream(plan.tokens, plan.rate);
        Upstream http1 = Load.HTTP1.upstream(plan.tokens, plan.rate)) {
      List<Target> targets = options.start(sides, side -> behind(side, same, http1).port());
      try {
        List<Lane> lanes =
            targets.stream()
                .map(target -> StreamClients.lane(plan, target, behind(target.side(), same, http1)))
                .toList();
        RoundTables tables = new RoundTables(counted(), new SideBySide(plan.rounds).measure(lanes));
        return new Section(
            load().label(),
            title(),
            plan.words() + ", " + plan.connections + " connections of HTTP/2",
            tables.tables(),
            List.of(),
            List.of(tables.note()));
      } finally {
        targets.forEach(Target::close);
      }
    }
  }

  private static Upstream behind(Side side, Upstream same, Upstream http1) {
    return side.behind() == Load.HTTP1 ? http1 : same;
  }

  /** Chats as Server-Sent Events. */
  @Command(
      name = "h2",
      description = "CPU per event, added delay and memory of SSE over HTTP/2, side by side.",
      mixinStandardHelpOptions = true)
  static final class Sse extends Http2Bench {
    @Override
    Load load() {
      return Load.H2;
    }

    @Override
    String title() {
      return "SSE over HTTP/2";
    }

    @Override
    String counted() {
      return "event";
    }

    @Override
    List<Side> sides(TargetKind kind) {
      return switch (kind) {
        case DIRECT, SPLICE, HAPROXY, ENVOY, QUEUE_PROXY -> List.of(Side.of(kind, Load.H2));
        case NGINX, SMG, VLLM_ROUTER -> List.of(Side.toHttp1(kind));
        case STREAMGAUGE -> List.of(Side.of(kind, Load.H2), Side.toHttp1(kind));
      };
    }
  }

  /** vLLM's calls. */
  @Command(
      name = "grpc",
      description = "CPU per message, added delay and memory of gRPC streams, side by side.",
      mixinStandardHelpOptions = true)
  static final class Grpc extends Http2Bench {
    @Override
    Load load() {
      return Load.GRPC;
    }

    @Override
    String title() {
      return "gRPC streams";
    }

    @Override
    String counted() {
      return "message";
    }

    @Override
    List<Side> sides(TargetKind kind) {
      return kind.relays(Load.GRPC) ? List.of(Side.of(kind, Load.GRPC)) : List.of();
    }
  }
}
