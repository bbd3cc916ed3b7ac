package dev.streamgauge.bench;

import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.target.Target;
import java.io.IOException;

/**
 * Streams through one target.
 *
 * @param behind the target
 */
record StreamClients(StreamPlan plan, Target target, Upstream behind) implements Lane.Clients {
  private static final double DRAIN_SECONDS = 0.5;
  private static final double OPEN_SECONDS_MAX = 10;

  static Lane lane(StreamPlan plan, Target target, Upstream behind) {
    return new Lane(target.side().label(), target, new StreamClients(plan, target, behind));
  }

  @Override
  public StreamLoad open() throws IOException {
    StreamLoad clients =
        target.side().front().clients(target.port(), plan.tokens, plan.connections);
    try {
      clients.open(plan.streams, Math.min(1, 1 / plan.rate));
      awaitAll(clients, plan.streams, behind);
    } catch (IOException e) {
      clients.close();
      throw e;
    }
    return clients;
  }

  /** Reads until the upstream writes all of them: before, a window would have too few events. */
  static void awaitAll(StreamLoad clients, int streams, Upstream behind) throws IOException {
    for (double waited = 0; behind.open() < streams && waited < OPEN_SECONDS_MAX; waited += 0.1) {
      clients.warm(0.1);
    }
  }

  @Override
  public void left() throws InterruptedException {
    double waited = 0;
    while (behind.open() > 0 && waited < 10 + 2 / plan.rate) {
      Thread.sleep((long) (DRAIN_SECONDS * 1000));
      waited += DRAIN_SECONDS;
    }
  }
}
