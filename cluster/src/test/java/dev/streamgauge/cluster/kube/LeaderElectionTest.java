package dev.streamgauge.cluster.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {
  private static final LeaderElection.Timing QUICK =
      new LeaderElection.Timing(
          Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofMillis(5));

  private FakeObjects server;
  private KubeClient client;
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new FakeObjects();
    client = server.client();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void oneOfTwoLeadsAndTheOtherTakesOverAtOnceWhenItEnds() {
    LeaderElection first = election("first");
    Await.until("the first leads", first::leads);
    try (LeaderElection second = election("second")) {
      Await.until("the second has looked", () -> holder().equals("first"));
      pass(60); // it is renewed all the time
      assertThat(second.leads()).isFalse();
      first.close();
      pass(2);
      Await.until("the second leads", second::leads);
      assertThat(first.leads()).isFalse();
    }
    assertThat(told).containsExactly("first true", "first false", "second true", "second false");
    assertThat(holder()).isEmpty();
  }

  @Test
  void aLeaseThatIsNotRenewedIsTakenAfterItsLengthByOurOwnClock() {
    ObjectNode lease = client.mapper().createObjectNode();
    lease.withObject("/metadata").put("name", "lease");
    lease.withObject("/spec").put("holderIdentity", "dead").put("leaseDurationSeconds", 15);
    assertThat(client.create(Resource.LEASES, "own", lease)).isInstanceOf(Answer.Done.class);
    try (LeaderElection second = election("second")) {
      assertThat(second.leads()).isFalse();
      Await.until(
          "it leads",
          () -> {
            pass(1);
            return second.leads();
          });
    }
  }

  @Test
  void aLeaderThatCannotRenewLeadsNoMoreBeforeAnotherCan() {
    try (LeaderElection first = election("first")) {
      Await.until("it leads", first::leads);
      server.breakDown(true);
      Await.until("it was told of it", () -> !log.isEmpty() && log.getLast().contains("500"));
      pass(10);
      assertThat(first.leads()).isFalse();
      Await.until("it says so", () -> told.contains("first false"));
      server.breakDown(false);
      Await.until("it leads again: nobody took it", first::leads);
    }
  }

  private LeaderElection election(String name) {
    return new LeaderElection(
        client,
        Resource.LEASES.named("own", "lease"),
        name,
        QUICK,
        InstantSource.system(),
        nanos::get,
        leads -> told.add(name + " " + leads),
        log::add);
  }

  private String holder() {
    return server.all().values().stream()
        .map(each -> each.path("spec").path("holderIdentity").asText())
        .findFirst()
        .orElse("nobody");
  }

  private void pass(long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }
}
