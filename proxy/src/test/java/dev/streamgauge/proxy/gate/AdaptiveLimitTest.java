package dev.streamgauge.proxy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdaptiveLimitTest {
  private final AdaptiveLimit limit = new AdaptiveLimit();

  /** A server with so many slots, always asked for more: time in nanoseconds, by events. */
  private final class Engine {
    private record End(long at, long admitted) {}

    private final int slots;
    private long prefillNanos;
    private final long serviceNanos;
    private final Random random = new Random(7);
    private final PriorityQueue<End> running =
        new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
    private final ArrayDeque<Long> queued = new ArrayDeque<>();
    private long now;

    Engine(int slots, long prefillMillis, long serviceMillis) {
      this.slots = slots;
      this.prefillNanos = prefillMillis * 1_000_000L;
      this.serviceNanos = serviceMillis * 1_000_000L;
    }

    /** The limits that were met behind the first quarter. */
    List<Integer> run(int requests) {
      List<Integer> seen = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        while (running.size() + queued.size() < limit.now()) {
          queued.addLast(now);
          begin();
        }
        End end = running.remove();
        now = end.at();
        begin();
        if (i > requests / 4) {
          seen.add(limit.now());
        }
      }
      return seen;
    }

    private void begin() {
      while (!queued.isEmpty() && running.size() < slots) {
        long admitted = queued.removeFirst();
        long prefill = (long) (prefillNanos * (0.8 + 0.4 * random.nextDouble()));
        long service = (long) (serviceNanos * (0.5 + random.nextDouble()));
        limit.firstToken(admitted, now + prefill, true);
        running.add(new End(now + prefill + service, admitted));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 50, 1000", "8, 50, 2000", "16, 20, 1500", "64, 100, 5000", "128, 50, 4000"})
  void itFindsTheKneeWithinAFifth(int slots, long prefillMillis, long serviceMillis) {
    List<Integer> seen = new Engine(slots, prefillMillis, serviceMillis).run(40_000);
    double mean = seen.stream().mapToInt(Integer::intValue).average().orElseThrow();
    System.out.printf("FIGURE %d slots: mean limit %.1f, %s%n", slots, mean, limit.adaptive());
    assertThat(mean).isBetween(0.8 * slots, Math.max(slots + 1, 1.2 * slots));
  }

  @Test
  void promptsThatBecomeLongerForGoodCostLittle() {
    Engine engine = new Engine(64, 50, 4_000);
    var _ = engine.run(20_000);
    engine.prefillNanos *= 4;
    List<Integer> seen = engine.run(20_000);
    double mean = seen.stream().mapToInt(Integer::intValue).average().orElseThrow();
    System.out.printf("FIGURE prompts four times as long: mean limit %.1f%n", mean);
    assertThat(mean).isBetween(0.7 * 64, 1.2 * 64);
    assertThat(seen).allMatch(each -> each > 32);
  }

  @Test
  void withoutEnoughToDoItStaysWhereItIs() {
    for (int i = 0; i < 1_000; i++) {
      limit.firstToken(i * 1_000L, i * 1_000L + 100, false);
    }
    assertThat(limit.now()).isEqualTo(AdaptiveLimit.INITIAL);
    assertThat(limit.adaptive().increases()).isZero();
    assertThat(limit.adaptive().holds()).isPositive();
  }

  @Test
  void aServerThatRefusesMakesItFallOnceForAllThatMetTheSameLimit() {
    for (long at = 0; limit.now() < 9; at += 1_000) {
      limit.firstToken(at, at + 5, true);
    }
    long later = 1_000_000;
    limit.refused(later, later + 10);
    assertThat(limit.now()).isEqualTo(8);
    limit.refused(later + 1, later + 11);
    limit.refused(later + 9, later + 12);
    assertThat(limit.now()).isEqualTo(8);
    limit.refused(later + 10, later + 20);
    assertThat(limit.now()).isEqualTo(7);
  }

  @Test
  void itNeverFallsBelowOneNorGrowsPastItsMost() {
    for (long at = 0; at < 100; at += 10) {
      limit.refused(at, at + 5);
    }
    assertThat(limit.now()).isEqualTo(1);
    for (long at = 1_000; at < 60_000_000; at += 10) {
      limit.firstToken(at, at + 5, true);
    }
    assertThat(limit.now()).isLessThanOrEqualTo(AdaptiveLimit.MOST);
  }
}
