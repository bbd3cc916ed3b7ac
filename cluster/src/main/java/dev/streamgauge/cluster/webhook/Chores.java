package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streamgauge.cluster.webhook.Webhook.Surroundings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done from time to time, on one thread: each replica looks at its files, the leader
 * keeps certificates and re-checks pods. What fails is told once, and tried again.
 */
final class Chores implements AutoCloseable {
  private static final long EVERY_MILLIS = 1_000;

  /** Of these turns, one looks at the files. */
  private static final int TURNS_A_LOOK = 10;

  /** Behind a re-check that failed. */
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Webhook webhook;
  private final @Nullable Duration recheckInterval;
  private final Recheck recheck;
  private final InjectionMetrics metrics;
  private final BooleanSupplier leads;
  private final LongSupplier nanoClock;
  private final Consumer<String> log;
  private final ScheduledThreadPoolExecutor thread;

  /** Of the thread alone. */
  private int turn;

  private boolean led;
  private long recheckAtNanos;
  private String complaint = "";

  Chores(
      Webhook webhook,
      @Nullable Duration recheckInterval,
      Recheck recheck,
      InjectionMetrics metrics,
      Surroundings with) {
    this.webhook = webhook;
    this.recheckInterval = recheckInterval;
    this.recheck = recheck;
    this.metrics = metrics;
    this.leads = with.leads();
    this.nanoClock = with.nanoClock();
    this.log = with.log();
    thread =
        new ScheduledThreadPoolExecutor(
            1, work -> Thread.ofPlatform().daemon().name("webhook-chores").unstarted(work));
    var _ =
        thread.scheduleWithFixedDelay(
            this::turn, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void turn() {
    try {
      if (turn++ % TURNS_A_LOOK == 0) {
        webhook.look();
      }
      if (leads.getAsBoolean()) {
        lead();
      } else if (led) {
        led = false;
        metrics.uninjected(Map.of());
      }
      complaint = "";
    } catch (IOException | RuntimeException e) {
      complain(String.valueOf(e.getMessage()));
    }
  }

  private void lead() throws IOException {
    if (!led) {
      led = true;
      recheckAtNanos = nanoClock.getAsLong();
    }
    webhook.keep();
    if (recheckInterval != null && nanoClock.getAsLong() - recheckAtNanos >= 0) {
      recheckAtNanos = nanoClock.getAsLong() + AGAIN_NANOS;
      recheck(recheckInterval);
    }
  }

  private void recheck(Duration interval) throws IOException {
    JsonNode ours = webhook.ourWebhook();
    if (ours != null && webhook.ready()) {
      var _ = recheck.run(ours);
      recheckAtNanos = nanoClock.getAsLong() + interval.toNanos();
    }
  }

  private void complain(String what) {
    if (!complaint.equals(what)) {
      complaint = what;
      log.accept("webhook: " + what + "; tried again");
    }
  }

  @Override
  public void close() {
    var _ = thread.shutdownNow();
  }
}
