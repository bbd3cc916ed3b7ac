package dev.streamgauge.report;

import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.timeline.Outcome;
import org.jspecify.annotations.Nullable;

/** Requests as they would be in a log; microseconds. */
public final class Requests {
  private @Nullable Long atMillis;
  private @Nullable String model = "m";
  private boolean other;
  private boolean stream = true;
  private Outcome outcome = Outcome.OK;
  private long duration = 1_000_000;
  private @Nullable Long queue;
  private @Nullable Long firstToken;
  private @Nullable Long lastToken;
  private @Nullable Long perOutputToken;
  private @Nullable Long gapP50;
  private @Nullable Long events;
  private @Nullable Long output;
  private @Nullable Double energyJoules;

  private Requests() {}

  public static Requests at(@Nullable Long millis) {
    Requests request = new Requests();
    request.atMillis = millis;
    return request;
  }

  public Requests model(@Nullable String name) {
    model = name;
    return this;
  }

  public Requests other() {
    other = true;
    return this;
  }

  public Requests whole() {
    stream = false;
    return this;
  }

  public Requests ended(Outcome how, long micros) {
    outcome = how;
    duration = micros;
    return this;
  }

  public Requests queued(long micros) {
    queue = micros;
    return this;
  }

  public Requests tokens(long first, long last, @Nullable Long count) {
    firstToken = first;
    lastToken = last;
    output = count;
    events = count;
    return this;
  }

  public Requests pace(long perToken, long medianGap) {
    perOutputToken = perToken;
    gapP50 = medianGap;
    return this;
  }

  public Requests pieces(long count) {
    events = count;
    return this;
  }

  public Requests joules(double joules) {
    energyJoules = joules;
    return this;
  }

  public LoggedRequest made() {
    return new LoggedRequest(
        atMillis,
        "id",
        null,
        model,
        other,
        stream,
        outcome,
        new LoggedRequest.Times(
            duration, queue, null, firstToken, lastToken, perOutputToken, gapP50, gapP50, gapP50),
        new LoggedRequest.Tokens(events, null, output, null),
        energyJoules,
        null);
  }
}
