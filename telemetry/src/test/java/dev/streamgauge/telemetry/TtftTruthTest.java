package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestEnd;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestTimeline;
import dev.streamgauge.timeline.TimelineSettings;
import dev.streamgauge.timeline.TokenTimeline;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Streams of which it is known where their time went: what is said of them has to be that. */
class TtftTruthTest {
  private static final TimelineSettings SETTINGS =
      new TimelineSettings(TimeUnit.SECONDS.toNanos(1), new long[] {1}, new long[] {1});
  private static final long WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * What really passed, one thing after the other.
   *
   * @param uploading the body, once the connection is there
   * @param network there and back, half each
   * @param afterHead whether the server sends its head before it queues the request
   */
  private record Truth(
      long queue,
      long connecting,
      boolean reused,
      long uploading,
      long network,
      long engineQueue,
      long prefill,
      boolean afterHead) {

    static Truth any(Random random) {
      return new Truth(
          ms(random, 2000),
          ms(random, 50),
          random.nextBoolean(),
          ms(random, 300),
          2 * ms(random, 20),
          ms(random, 3000),
          ms(random, 1000),
          random.nextBoolean());
    }

    private static long ms(Random random, int most) {
      return TimeUnit.MILLISECONDS.toNanos(random.nextInt(most)) + random.nextInt(1000);
    }

    long firstToken() {
      return queue + (reused ? 0 : connecting) + uploading + network + engineQueue + prefill;
    }
  }

  @Test
  void eachPartIsWhatPassedAndTheyAddUpToTheWhole() {
    Random random = new Random(11);
    for (int i = 0; i < 5_000; i++) {
      Truth truth = Truth.any(random);
      TtftPhases said = Objects.requireNonNull(TtftPhases.of(stream(truth)));
      assertThat(said.totalNanos()).isEqualTo(truth.firstToken());
      isNear(said.queueNanos(), truth.queue);
      if (truth.reused) {
        assertThat(said.connectNanos()).isNull();
      } else {
        isNear(said.connectNanos(), truth.connecting);
      }
      isNear(said.headersNanos(), truth.network);
      isNear(said.engineQueueNanos(), truth.engineQueue);
      isNear(said.prefillNanos(), truth.prefill);
      isNear(said.restNanos(), truth.uploading);
    }
  }

  private static void isNear(@Nullable Long saidNanos, long truthNanos) {
    assertThat(saidNanos).isCloseTo(truthNanos, within(WITHIN_NANOS));
  }

  private static RequestRecord stream(Truth truth) {
    long received = 5_000_000_000L;
    RequestTimeline times = new RequestTimeline(received, null);
    long now = received + truth.queue;
    times.admitted(now);
    if (!truth.reused) {
      times.connectStarted(now);
      now += truth.connecting;
      times.connected(now);
    }
    times.firstSent(now);
    now += truth.uploading;
    times.bodyReceived(now);
    times.sent(now);
    now += truth.network;
    if (truth.afterHead) {
      times.headers(now);
    }
    now += truth.engineQueue + truth.prefill;
    if (!truth.afterHead) {
      times.headers(now);
    }
    TokenTimeline tokens = new TokenTimeline(SETTINGS);
    tokens.readAt(now, false);
    tokens.engineTimes(truth.engineQueue, truth.prefill, -1, -1);
    tokens.tokenEvent(0, TokenKind.TEXT, 0, null);
    return times.finish(end(), tokens, now);
  }

  private static RequestEnd end() {
    return new RequestEnd(
        "r",
        null,
        null,
        "POST",
        "/v1/chat/completions",
        Protocol.HTTP_1_1,
        Dialect.OPENAI_CHAT,
        Operation.CHAT,
        "llama",
        true,
        200,
        null,
        Outcome.OK,
        null,
        0,
        0,
        null,
        false,
        0,
        null);
  }
}
