package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop that stands still is counted once for each time, and its place is told. */
@Timeout(30)
final class WatchdogTest {
  private static final long STEP = Watchdog.INTERVAL_NANOS;

  private final FakeLoop loop = new FakeLoop();
  private final Gauges gauges = new Gauges();
  private final List<String> log = new ArrayList<>();
  private final Watchdog watchdog = new Watchdog(List.of(loop), gauges, log::add);
  private long now = STEP;

  @Test
  void aLoopThatBeatsIsLeftAlone() {
    run(10_000, true);
    assertThat(gauges.stuck).hasValue(0);
  }

  @Test
  void aLoopThatStandsStillIsCountedOnceAndItsPlaceIsTold() {
    run(1_000, true);
    run(5_000, false);
    assertThat(gauges.stuck).hasValue(1);
    assertThat(log).hasSize(1);
    assertThat(log.getFirst())
        .startsWith("streamgauge: event loop proxy-1 stands still for 1")
        .contains("\n  Some.where(Some.java:7)");
  }

  @Test
  void itIsCountedEachTimeAndToldOnceAMinute() {
    for (int i = 0; i < 5; i++) {
      run(1_000, true);
      run(2_000, false);
    }
    assertThat(gauges.stuck).hasValue(5);
    assertThat(log).hasSize(1);
    run(60_000, true);
    run(2_000, false);
    assertThat(log).hasSize(2);
  }

  /** A process that was stopped, or had no processor: that is no fault of the loop's. */
  @Test
  void aHaltOfTheWholeProcessIsNotCounted() {
    run(1_000, true);
    now += TimeUnit.SECONDS.toNanos(30);
    run(900, false);
    run(1_000, true);
    assertThat(gauges.stuck).hasValue(0);
  }

  @Test
  void aRealLoopThatIsHeldUpIsSeen() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering("");
        TestProxy proxy = TestProxy.before(upstream)) {
      CountDownLatch held = new CountDownLatch(1);
      var _ = proxy.server.eventLoops().getFirst().submit(() -> held.await(20, TimeUnit.SECONDS));
      TestProxy.await("the watchdog", () -> proxy.gauges.stuck.get() == 1);
      TestProxy.await("its line", () -> !proxy.log.isEmpty());
      held.countDown();
      assertThat(proxy.log.element()).contains("stands still").contains("CountDownLatch.await");
    }
  }

  private void run(long millis, boolean beats) {
    long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
    for (; now < end; now += STEP) {
      if (beats) {
        loop.beatNanos = now;
      }
      watchdog.look(now);
    }
  }

  private static final class FakeLoop implements Watchdog.Beating {
    long beatNanos;

    @Override
    public String name() {
      return "proxy-1";
    }

    @Override
    public long beatNanos() {
      return beatNanos;
    }

    @Override
    public StackTraceElement[] stack() {
      return new StackTraceElement[] {new StackTraceElement("Some", "where", "Some.java", 7)};
    }
  }
}
