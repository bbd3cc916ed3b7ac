package dev.streamgauge.proxy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.GateView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GateTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long AGE_LIMIT = 10 * SECOND;

  private long now;
  private final List<String> order = new ArrayList<>();

  private static Gate gate(int limit, int capacity) {
    return new Gate(new ConcurrencyLimit.Fixed(limit), capacity, 0, AGE_LIMIT, _ -> {});
  }

  private Ticket enter(Gate gate, String name, int urgency) {
    return gate.enter(urgency, now, () -> order.add(name));
  }

  @Test
  void whoComesFirstIsServedFirst() {
    Gate gate = gate(1, 10);
    Ticket first = enter(gate, "first", 3);
    Ticket second = enter(gate, "second", 3);
    Ticket third = enter(gate, "third", 3);
    assertThat(first.admitted()).isTrue();
    assertThat(second.waiting()).isTrue();
    first.leave(now);
    second.leave(now);
    assertThat(order).containsExactly("second", "third");
    assertThat(third.admitted()).isTrue();
  }

  @Test
  void whoFindsNoPlaceToWaitIsSentAway() {
    Gate gate = gate(1, 1);
    Ticket first = enter(gate, "first", 3);
    var _ = enter(gate, "second", 3);
    Ticket third = enter(gate, "third", 3);
    assertThat(third.admitted()).isFalse();
    assertThat(third.waiting()).isFalse();
    third.leave(now);
    assertThat(gate.admitted()).isEqualTo(1);
    assertThat(gate.waiting()).isEqualTo(1);
    first.leave(now);
    assertThat(order).containsExactly("second");
  }

  @Test
  void whoLeavesTheQueueGivesItsPlaceBackAtOnce() {
    Gate gate = gate(1, 1);
    Ticket first = enter(gate, "first", 3);
    Ticket second = enter(gate, "second", 3);
    second.leave(now);
    Ticket third = enter(gate, "third", 3);
    assertThat(third.waiting()).isTrue();
    first.leave(now);
    assertThat(order).containsExactly("third");
  }

  @Test
  void aPermitGivenBackTwiceIsGivenBackOnce() {
    Gate gate = gate(2, 0);
    Ticket first = enter(gate, "first", 3);
    var _ = enter(gate, "second", 3);
    first.leave(now);
    first.leave(now);
    assertThat(gate.admitted()).isEqualTo(1);
  }

  @Test
  void theMoreUrgentGoFirstUntilSomebodyHasWaitedTooLong() {
    Gate gate = gate(1, 10);
    Ticket first = enter(gate, "first", 3);
    var _ = enter(gate, "patient", 7);
    now += AGE_LIMIT / 2;
    Ticket urgent = enter(gate, "urgent", 0);
    var _ = enter(gate, "usual", 3);
    first.leave(now);
    assertThat(order).containsExactly("urgent");
    now += AGE_LIMIT / 2 + 1;
    urgent.leave(now);
    assertThat(order).containsExactly("urgent", "patient");
  }

  @Test
  void retryAfterIsHowLongTheQueueTakesAtTheMeasuredRate() {
    Gate gate = gate(2, 10);
    assertThat(gate.retryAfterSeconds()).isEqualTo(1);
    Ticket first = enter(gate, "first", 3);
    now += 4 * SECOND;
    first.leave(now);
    for (int i = 0; i < 7; i++) {
      var _ = enter(gate, "one of seven", 3);
    }
    // Two are with the server and five wait; with the one that asks six, at two in four seconds.
    assertThat(gate.retryAfterSeconds()).isEqualTo(12);
  }

  /** Writes down what it is told. */
  private static final class Told implements ConcurrencyLimit {
    private final List<String> lines = new ArrayList<>();

    @Override
    public int now() {
      return 10;
    }

    @Override
    public void firstToken(long begunNanos, long nowNanos, boolean limited) {
      lines.add("first token after " + (nowNanos - begunNanos));
    }

    @Override
    public void streamed(long restNanos) {
      lines.add("and held for " + restNanos);
    }

    @Override
    public boolean whole(long begunNanos, long nowNanos, boolean limited) {
      lines.add("whole after " + (nowNanos - begunNanos));
      return true;
    }

    @Override
    public void refused(long begunNanos, long nowNanos) {}

    @Override
    public GateView.@Nullable Adaptive adaptive() {
      return null;
    }
  }

  @Test
  void theServersTimeBeginsWhenAllOfTheRequestWasSent() {
    Told told = new Told();
    Gate gate = new Gate(told, 0, 0, AGE_LIMIT, _ -> {});
    now = 100;
    Ticket slow = enter(gate, "slow upload", 3);
    slow.firstToken(300L, 350);
    slow.leave(1_000);
    Ticket early = enter(gate, "answered before its body's end", 3);
    early.firstToken(null, 350);
    early.leave(360);
    Ticket whole = enter(gate, "whole", 3);
    whole.served(110L, 360);
    whole.leave(360);
    assertThat(told.lines)
        .containsExactly(
            "first token after 50",
            "and held for 850",
            "first token after 250",
            "and held for 10",
            "whole after 250");
  }

  @Test
  void thatThereAreNoFirstTokensIsSaidOnce() {
    List<String> said = new ArrayList<>();
    Gate gate = new Gate(new AdaptiveLimit(), 0, 0, AGE_LIMIT, said::add);
    for (int i = 0; i < 100; i++) {
      Ticket ticket = enter(gate, "whole", 3);
      now += SECOND;
      if (i == 60) {
        ticket.firstToken(null, now);
      } else {
        ticket.served(null, now);
      }
      ticket.leave(now);
      assertThat(said).hasSize(i < AdaptiveLimit.SAMPLES_MIN ? 0 : 1);
    }
    assertThat(said.getFirst()).contains("no answer has a first token");
  }

  /** What the gate is to do, written down as plainly as it can be. */
  private static final class Model {
    private record Waiter(int id, int urgency, long since) {}

    private final int limit;
    private final int capacity;
    private final List<Waiter> waiters = new ArrayList<>();
    private int held;

    Model(int limit, int capacity) {
      this.limit = limit;
      this.capacity = capacity;
    }

    /** Admitted, waiting or sent away. */
    String enter(int id, int urgency, long now) {
      if (waiters.isEmpty() && held < limit) {
        held++;
        return "admitted";
      }
      if (waiters.size() < capacity) {
        waiters.add(new Waiter(id, urgency, now));
        return "waiting";
      }
      return "sent away";
    }

    boolean leaveQueue(int id) {
      return waiters.removeIf(waiter -> waiter.id() == id);
    }

    /** Who goes on behind the end of another; -1 for nobody. */
    int end(long now) {
      held--;
      Comparator<Waiter> byTime =
          Comparator.comparingLong(Waiter::since)
              .thenComparingInt(Waiter::urgency)
              .thenComparingInt(Waiter::id);
      Waiter next =
          waiters.stream()
              .filter(waiter -> now - waiter.since() > AGE_LIMIT)
              .min(byTime)
              .orElseGet(
                  () ->
                      waiters.stream()
                          .min(Comparator.comparingInt(Waiter::urgency).thenComparing(byTime))
                          .orElse(null));
      if (next == null) {
        return -1;
      }
      waiters.remove(next);
      held++;
      return next.id();
    }
  }

  private record Entered(int id, Ticket ticket, long at) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomArrivalsEndsAndLeavingsAreServedAsTheModelSays(long seed) {
    Random random = new Random(seed);
    int limit = 1 + random.nextInt(8);
    int capacity = random.nextInt(40);
    Gate gate = gate(limit, capacity);
    Model model = new Model(limit, capacity);
    List<Entered> inside = new ArrayList<>();
    List<Integer> admitted = new ArrayList<>();
    long longestWait = 0;
    for (int i = 0; i < 100_000; i++) {
      now += random.nextInt(1_000) * 1_000_000L;
      int what = random.nextInt(100);
      if (what < 50) {
        int id = i;
        int urgency = random.nextInt(Gate.URGENCIES);
        Ticket ticket = gate.enter(urgency, now, () -> admitted.add(id));
        String expected = model.enter(id, urgency, now);
        assertThat(state(ticket)).isEqualTo(expected);
        if (!expected.equals("sent away")) {
          inside.add(new Entered(id, ticket, now));
        }
      } else if (!inside.isEmpty()) {
        Entered one = inside.remove(random.nextInt(inside.size()));
        int before = admitted.size();
        boolean waited = one.ticket().waiting();
        one.ticket().leave(now);
        if (waited) {
          assertThat(model.leaveQueue(one.id())).isTrue();
          assertThat(admitted).hasSize(before);
        } else {
          int next = model.end(now);
          assertThat(admitted.size() - before).isEqualTo(next < 0 ? 0 : 1);
          if (next >= 0) {
            assertThat(admitted.getLast()).isEqualTo(next);
            longestWait =
                Math.max(
                    longestWait,
                    inside.stream()
                        .filter(entered -> entered.id() == next)
                        .mapToLong(entered -> now - entered.at())
                        .sum());
          }
        }
      }
      assertThat(gate.admitted()).isEqualTo(model.held).isLessThanOrEqualTo(limit);
      assertThat(gate.waiting()).isEqualTo(model.waiters.size()).isLessThanOrEqualTo(capacity);
    }
    inside.forEach(entered -> entered.ticket().leave(now));
    inside.forEach(entered -> entered.ticket().leave(now));
    assertThat(gate.admitted()).isZero();
    assertThat(gate.waiting()).isZero();
    System.out.printf("FIGURE longest wait with urgencies: %.1f s%n", longestWait / 1e9);
  }

  private static String state(Ticket ticket) {
    return ticket.admitted() ? "admitted" : ticket.waiting() ? "waiting" : "sent away";
  }

  @Test
  void manyThreadsNeverPassTheLimitAndGiveAllBack() throws InterruptedException {
    Gate gate = gate(5, 1_000);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int k = 0; k < 500; k++) {
                      CountDownLatch admitted = new CountDownLatch(1);
                      Ticket ticket = gate.enter(3, System.nanoTime(), admitted::countDown);
                      if (!ticket.admitted()) {
                        try {
                          admitted.await();
                        } catch (InterruptedException e) {
                          return;
                        }
                      }
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      inside.decrementAndGet();
                      ticket.leave(System.nanoTime());
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most.get()).isLessThanOrEqualTo(5);
    assertThat(gate.admitted()).isZero();
    assertThat(gate.waiting()).isZero();
  }
}
