package dev.streamgauge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SignalsTest {
  /** The JVM names a thread so for each signal; e2e/sigterm.py sends real ones. */
  @Test
  void aSignalIsTheThreadThatHandlesIt() throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    assertThat(Signals.handled()).isEmpty();
    Thread first = handler("SIGTERM handler", over);
    Thread second = handler("SIGINT handler", over);
    assertThat(Signals.handled()).containsExactly("SIGTERM", "SIGINT");
    over.countDown();
    first.join();
    second.join();
  }

  private static Thread handler(String name, CountDownLatch over) {
    return Thread.ofPlatform()
        .name(name)
        .start(
            () -> {
              try {
                over.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
