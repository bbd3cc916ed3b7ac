package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.PushCounts;
import dev.streamgauge.telemetry.PushCounts.Result;
import dev.streamgauge.telemetry.PushCounts.Signal;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MetricPusherTest {
  private final PushCounts counts = new PushCounts();

  @Test
  void aPageIsSentEachTimeAndOnceMoreAtTheEnd() throws InterruptedException {
    Sent sent = new Sent(CompletableResultCode.ofSuccess(), 3);
    try (MetricPusher pusher = pusher(sent, MetricSnapshots::new, Duration.ofMillis(1))) {
      assertThat(sent.enough.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(pusher).isNotNull();
    }
    assertThat(counts.get(Signal.METRICS, Result.SENT)).isEqualTo(sent.pages.get());
    assertThat(sent.shutdowns.get()).isEqualTo(1);
  }

  @Test
  void aPageThatIsNotTakenHasFailedAndTheNextIsSentAllTheSame() throws InterruptedException {
    Sent refused = new Sent(CompletableResultCode.ofFailure(), 2);
    try (MetricPusher pusher = pusher(refused, MetricSnapshots::new, Duration.ofMillis(1))) {
      assertThat(refused.enough.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(pusher).isNotNull();
    }
    assertThat(counts.get(Signal.METRICS, Result.SENT)).isZero();
    assertThat(counts.get(Signal.METRICS, Result.FAILED)).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aPageThatCannotBeMadeEndsNoThread() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(2);
    Supplier<MetricSnapshots> broken =
        () -> {
          asked.countDown();
          throw new IllegalStateException("no page");
        };
    Sent sent = new Sent(CompletableResultCode.ofSuccess(), 1);
    try (MetricPusher pusher = pusher(sent, broken, Duration.ofMillis(1))) {
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(pusher).isNotNull();
    }
    assertThat(sent.pages.get()).isZero();
  }

  private MetricPusher pusher(Sent exporter, Supplier<MetricSnapshots> page, Duration every) {
    return new MetricPusher(
        counts,
        page,
        new MetricConversion(Resource.empty(), InstrumentationScopeInfo.create("x"), 1, false),
        exporter,
        InstantSource.system(),
        every,
        Duration.ofMinutes(1));
  }

  /** Takes all, and then says what it was told to. */
  private static final class Sent implements MetricExporter {
    private final AtomicInteger pages = new AtomicInteger();
    private final AtomicInteger shutdowns = new AtomicInteger();
    private final CountDownLatch enough;
    private final CompletableResultCode result;

    Sent(CompletableResultCode result, int enough) {
      this.result = result;
      this.enough = new CountDownLatch(enough);
    }

    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
      pages.incrementAndGet();
      enough.countDown();
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      shutdowns.incrementAndGet();
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return AggregationTemporality.CUMULATIVE;
    }
  }
}
