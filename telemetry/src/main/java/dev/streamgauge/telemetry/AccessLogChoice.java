package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What an access log decides of each request besides its fields: whether it is written at all, and
 * why it was slow. Learning and choosing happen on event loops, the rest on a thread of the log's.
 */
public final class AccessLogChoice {
  private final double sampleRatio;
  private final Slowness slowness;

  public AccessLogChoice(AccessLogging settings) {
    this.sampleRatio = settings.sampleRatio();
    this.slowness = new Slowness(settings.slos());
  }

  /** Learns from a request; whether it is to be written. */
  public boolean take(RequestRecord record) {
    slowness.learn(record);
    return record.outcome() != Outcome.OK
        || sampleRatio >= 1
        || ThreadLocalRandom.current().nextDouble() < sampleRatio;
  }

  /** Null where its first token was not late. */
  public @Nullable String because(RequestRecord record) {
    return slowness.because(record);
  }
}
