package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OtlpEndTest {
  private final CyclicBarrier all = new CyclicBarrier(3);
  private final AtomicInteger ended = new AtomicInteger();

  /** Each waits for the others: one after the other none would end. */
  @Test
  void signalsEndAtTheSameTimeAndAllAreWaitedFor() {
    OtlpPush.together(List.of(this::end, this::end, this::end));
    assertThat(ended.get()).isEqualTo(3);
  }

  private void end() {
    try {
      all.await();
      ended.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}
