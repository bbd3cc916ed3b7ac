package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.RequestClient;
import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.load.UnaryUpstream;
import dev.streamgauge.bench.result.Numbers;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.Target;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Cost and added delay of each target under requests that are asked for at a fixed rate. */
abstract sealed class RequestBench extends Measurement {
  @Mixin RoundPlan rounds = new RoundPlan();

  abstract double perSecond();

  /** 0 where each request has its own. */
  abstract int connections();

  abstract Section section(String load, RoundTables tables);

  @Override
  void makeQuick() {
    rounds.makeQuick();
  }

  @Override
  Section measure() throws IOException, InterruptedException {
    if (!(perSecond() > 0) || connections() < 0) {
      throw new IllegalArgumentException("--rate: above 0; --connections: not below 0");
    }
    try (UnaryUpstream upstream = new UnaryUpstream()) {
      List<Target> targets = options.start(options.sides(Load.HTTP1), _ -> upstream.port());
      try {
        List<Lane> lanes =
            targets.stream()
                .map(target -> new Lane(target.side().label(), target, clients(target)))
                .toList();
        RoundTables tables = new RoundTables("request", new SideBySide(rounds).measure(lanes));
        String load =
            "%s requests/s, 2 KB of JSON each way, windows of %s s, %d rounds"
                .formatted(
                    Numbers.shortest(perSecond()), Numbers.shortest(rounds.seconds), rounds.rounds);
        return section(load, tables);
      } finally {
        targets.forEach(Target::close);
      }
    }
  }

  private Lane.Clients clients(Target target) {
    return new Lane.Clients() {
      @Override
      public StreamLoad open() throws IOException {
        RequestClient client = new RequestClient(target.port(), perSecond(), connections() > 0);
        client.open(connections(), 0);
        return client;
      }

      @Override
      public void left() {}
    };
  }

  private static List<String> notes(RoundTables tables) {
    return List.of(
        "Delay: from when a request is due to its whole answer; waiting for a connection counts.",
        tables.note());
  }

  /** Requests that are not streamed, over a few connections. */
  @Command(
      name = "unary",
      description = "CPU per request that is not streamed, and added delay, side by side.",
      mixinStandardHelpOptions = true)
  static final class Unary extends RequestBench {
    @Option(names = "--rate", description = "requests per second")
    private double rate = 1000;

    @Option(names = "--connections", description = "kept alive, over which requests are spread")
    private int connections = 32;

    @Override
    double perSecond() {
      return rate;
    }

    @Override
    int connections() {
      return connections;
    }

    @Override
    Section section(String load, RoundTables tables) {
      return new Section(
          "unary",
          "Unary requests",
          load + ", " + connections + " connections",
          tables.tables(),
          List.of(),
          notes(tables));
    }
  }

  /** Clients that keep no connection. */
  @Command(
      name = "connect",
      description = "CPU per request on a connection of its own, and added delay, side by side.",
      mixinStandardHelpOptions = true)
  static final class Connect extends RequestBench {
    @Option(names = "--rate", description = "requests per second")
    private double rate = 200;

    @Override
    double perSecond() {
      return rate;
    }

    @Override
    int connections() {
      return 0;
    }

    @Override
    Section section(String load, RoundTables tables) {
      return new Section(
          "connect",
          "Requests on new connections",
          load + ", each on a connection of its own",
          tables.tables(),
          List.of(),
          notes(tables));
    }
  }
}
