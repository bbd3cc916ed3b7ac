package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.PushCounts;
import dev.streamgauge.telemetry.PushCounts.Result;
import dev.streamgauge.telemetry.PushCounts.Signal;
import dev.streamgauge.timeline.RequestRecord;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecordPusherTest {
  private static final RequestRecord RECORD = Finished.stream().record();

  private final PushCounts counts = new PushCounts();

  @Test
  void whatWaitsIsSentAtTheClose() {
    Sent sent = new Sent(CompletableResultCode.ofSuccess());
    try (RecordPusher pusher = pusher(sent, Duration.ofHours(1))) {
      for (int i = 0; i < 3; i++) {
        pusher.offer(RECORD);
      }
    }
    assertThat(sent.records.get()).isEqualTo(3);
    assertThat(counts.get(Signal.TRACES, Result.SENT)).isEqualTo(3);
    assertThat(sent.shutdowns.get()).isEqualTo(1);
  }

  @Test
  void aFullBatchIsNotWaitedFor() throws InterruptedException {
    Sent sent = new Sent(CompletableResultCode.ofSuccess());
    try (RecordPusher pusher = pusher(sent, Duration.ofHours(1))) {
      for (int i = 0; i < RecordPusher.RING_SIZE * 3 / 4; i++) {
        pusher.offer(RECORD);
      }
      assertThat(sent.first.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A collector that hangs costs the ring and the batch in hand, and nobody waits. */
  @Test
  void behindACollectorThatHangsRecordsAreDroppedAndCounted() throws InterruptedException {
    Sent hung = new Sent(new CompletableResultCode());
    try (RecordPusher pusher = pusher(hung, Duration.ofMillis(1))) {
      pusher.offer(RECORD);
      assertThat(hung.first.await(10, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < RecordPusher.RING_SIZE + 10; i++) {
        pusher.offer(RECORD);
      }
      assertThat(counts.get(Signal.TRACES, Result.DROPPED)).isEqualTo(10);
    }
  }

  @Test
  void whatTheCollectorDoesNotTakeHasFailed() {
    Sent refused = new Sent(CompletableResultCode.ofFailure());
    try (RecordPusher pusher = pusher(refused, Duration.ofHours(1))) {
      pusher.offer(RECORD);
    }
    assertThat(counts.get(Signal.TRACES, Result.FAILED)).isEqualTo(1);
  }

  private RecordPusher pusher(Sent batch, Duration every) {
    return new RecordPusher(counts, Signal.TRACES, batch, every, Duration.ofMinutes(1));
  }

  /** Takes all, and then says what it was told to. */
  private static final class Sent implements RecordPusher.Batch {
    private final AtomicInteger records = new AtomicInteger();
    private final AtomicInteger shutdowns = new AtomicInteger();
    private final CountDownLatch first = new CountDownLatch(1);
    private final CompletableResultCode result;

    Sent(CompletableResultCode result) {
      this.result = result;
    }

    @Override
    public void add(RequestRecord record) {
      records.incrementAndGet();
    }

    @Override
    public CompletableResultCode send() {
      first.countDown();
      return result;
    }

    @Override
    public void shutdown() {
      shutdowns.incrementAndGet();
    }
  }
}
