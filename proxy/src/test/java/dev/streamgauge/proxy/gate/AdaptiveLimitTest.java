package dev.streamgauge.proxy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdaptiveLimitTest {
  private final AdaptiveLimit limit = new AdaptiveLimit();

  /** A server with so many slots, always asked for more: time in nanoseconds, by events. */
  private final class Engine {
    private record Event(long at, int number, long admitted, long firstToken, long end) {}

    private final int slots;
    private long prefillNanos;
    private final long generatingNanos;
    private double prefillJitter = 0.2;
    private double generatingJitter = 0.5;
    private long uploadNanos;
    private boolean whole;
    private final Random random = new Random(7);
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingInt(Event::number));
    private final ArrayDeque<Event> queued = new ArrayDeque<>();
    private int running;
    private int admitted;
    private int number;
    private long now;

    Engine(int slots, long prefillMillis, long generatingMillis) {
      this.slots = slots;
      this.prefillNanos = prefillMillis * 1_000_000L;
      this.generatingNanos = generatingMillis * 1_000_000L;
    }

    /** The mean limit over the time behind the first quarter. */
    double run(int requests) {
      long countedFrom = 0;
      double sum = 0;
      for (int ended = 0; ended < requests; ) {
        while (admitted < limit.now()) {
          admitted++;
          events.add(new Event(now + uploadNanos, number++, now, 0, 0));
        }
        Event next = events.remove();
        if (ended > requests / 4) {
          countedFrom = countedFrom == 0 ? now : countedFrom;
          sum += (double) limit.now() * (next.at() - now);
        }
        now = next.at();
        ended += happened(next) ? 1 : 0;
      }
      return sum / (now - countedFrom);
    }

    /** Whether a request ended. */
    private boolean happened(Event event) {
      if (event.firstToken() == 0) {
        queued.addLast(event);
      } else if (now == event.firstToken()) {
        if (!whole) {
          limit.firstToken(event.admitted() + uploadNanos, now, admitted >= limit.now());
        }
        events.add(new Event(event.end(), event.number(), event.admitted(), now - 1, event.end()));
      } else {
        ended(event);
      }
      while (!queued.isEmpty() && running < slots) {
        begin(queued.removeFirst());
      }
      return event.firstToken() != 0 && now == event.end();
    }

    private void begin(Event event) {
      running++;
      long first = now + jittered(prefillNanos, prefillJitter);
      long end = first + 1 + jittered(generatingNanos, generatingJitter);
      events.add(new Event(first, event.number(), event.admitted(), first, end));
    }

    private void ended(Event event) {
      running--;
      if (whole) {
        var _ = limit.whole(event.admitted() + uploadNanos, now, admitted >= limit.now());
      } else {
        limit.streamed(now - event.firstToken() + uploadNanos);
      }
      admitted--;
    }

    private long jittered(long nanos, double jitter) {
      return (long) (nanos * (1 + jitter * (2 * random.nextDouble() - 1)));
    }
  }

  private static void assertNear(int slots, double mean, String what) {
    System.out.printf("FIGURE %d slots, %s: mean limit %.1f%n", slots, what, mean);
    assertThat(mean).isBetween(Math.min(slots - 1, 0.8 * slots), Math.max(slots + 1, 1.2 * slots));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 50, 1000",
    "8, 50, 2000",
    "16, 20, 1500",
    "64, 100, 5000",
    "128, 50, 4000",
    "8, 300, 50",
    "10, 400, 50",
    "6, 100, 300",
    "8, 200, 400",
    "4, 200, 1500",
    "12, 20, 1000",
    "32, 2000, 1000"
  })
  void itFindsTheKneeWithinAFifth(int slots, long prefillMillis, long generatingMillis) {
    Engine engine = new Engine(slots, prefillMillis, generatingMillis);
    assertNear(slots, engine.run(40_000), prefillMillis + " + " + generatingMillis + " ms");
  }

  @ParameterizedTest
  @CsvSource({"8, 300, 50", "10, 400, 50", "6, 100, 300", "16, 20, 1500", "4, 50, 400"})
  void andWhereAllRequestsAreAlike(int slots, long prefillMillis, long generatingMillis) {
    Engine engine = new Engine(slots, prefillMillis, generatingMillis);
    engine.prefillJitter = 0;
    engine.generatingJitter = 0;
    assertNear(slots, engine.run(40_000), "all alike");
  }

  @ParameterizedTest
  @CsvSource({"8, 300, 50", "10, 400, 50", "6, 100, 300", "16, 20, 1500", "4, 50, 400"})
  void andWhereFirstTokensComeALittleEarlierOrLater(
      int slots, long prefillMillis, long generatingMillis) {
    Engine engine = new Engine(slots, prefillMillis, generatingMillis);
    engine.prefillJitter = 0.3;
    assertNear(slots, engine.run(40_000), "jitter of 30 %");
  }

  @Test
  void andWhereClientsTakeTheirTimeToSend() {
    Engine engine = new Engine(8, 300, 50);
    engine.uploadNanos = 350_000_000;
    // While a request is being sent, the server has room for another.
    assertNear(16, engine.run(40_000), "half of the time the request is being sent");
  }

  @Test
  void beforeWholeAnswersItIsUpToHalfAsHighAgain() {
    Engine engine = new Engine(8, 100, 300);
    engine.whole = true;
    double mean = engine.run(40_000);
    System.out.printf("FIGURE 8 slots, whole answers: mean limit %.1f%n", mean);
    assertThat(mean).isBetween(8.0, 12.0);
  }

  @Test
  void wholeAnswersBetweenStreamsSayNothing() {
    for (long at = 0; at < 1_000_000; at += 1_000) {
      limit.firstToken(at, at + 10, false);
      assertThat(limit.whole(at, at + 900, true)).isFalse();
    }
    assertThat(limit.now()).isEqualTo(AdaptiveLimit.INITIAL);
  }

  @Test
  void itSaysWhenItBeginsToGoByWholeAnswers() {
    int said = 0;
    for (long at = 0; at < 100_000; at += 1_000) {
      said += limit.whole(at, at + 900, true) ? 1 : 0;
    }
    assertThat(said).isEqualTo(1);
    assertThat(limit.now()).isGreaterThan(AdaptiveLimit.INITIAL);
  }

  @Test
  void promptsThatBecomeLongerForGoodCostLittle() {
    Engine engine = new Engine(64, 50, 4_000);
    var _ = engine.run(20_000);
    engine.prefillNanos *= 4;
    double mean = engine.run(20_000);
    System.out.printf("FIGURE prompts four times as long: mean limit %.1f%n", mean);
    assertThat(mean).isBetween(0.8 * 64, 1.2 * 64);
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
