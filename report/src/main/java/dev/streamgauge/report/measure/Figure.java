package dev.streamgauge.report.measure;

import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.log.LoggedRequest.Times;
import dev.streamgauge.report.log.LoggedRequest.Tokens;
import dev.streamgauge.timeline.Outcome;
import org.jspecify.annotations.Nullable;

/** What is measured of a request, in microseconds. Requests of the operation other have none. */
public enum Figure {
  TTFT("ttft", "TTFT", "time to the first token, of streams", true),
  TPOT("tpot", "TPOT", "time per output token behind the first piece", true),
  ITL("itl", "ITL", "a stream's median inter-token latency, where each piece was one token", true),
  DURATION("duration", "Duration", "the whole time of requests that ended well", true),
  ITL_TAIL(
      "itl_p99",
      "ITL p99",
      "a stream's 99th percentile of inter-token latency, where each piece was one token",
      false),
  LONGEST_GAP("gap_max", "Longest gap", "a stream's longest gap between pieces", false),
  QUEUE("queue", "Queue", "time in the proxy's own queue", false),
  PREFILL("prefill", "Prefill", "the first token's time without queue and connecting", false),
  GENERATION("generation", "Generation", "from the first token to the last", false);

  private final String label;
  private final String title;
  private final String meaning;
  private final boolean overTime;

  Figure(String label, String title, String meaning, boolean overTime) {
    this.label = label;
    this.title = title;
    this.meaning = meaning;
    this.overTime = overTime;
  }

  /** Null where the request has none. */
  public @Nullable Long of(LoggedRequest request) {
    return request.other() ? null : ofInference(request, request.times());
  }

  private @Nullable Long ofInference(LoggedRequest request, Times times) {
    return switch (this) {
      case TTFT -> times.firstToken();
      case TPOT -> times.perOutputToken();
      case ITL -> tokenByToken(request.tokens()) ? times.gapP50() : null;
      case DURATION -> request.outcome() == Outcome.OK ? (Long) times.duration() : null;
      case ITL_TAIL -> tokenByToken(request.tokens()) ? times.gapP99() : null;
      case LONGEST_GAP -> times.gapMax();
      case QUEUE -> times.queue();
      case PREFILL -> prefill(times);
      case GENERATION -> generation(times);
    };
  }

  /** In files for machines. */
  public String label() {
    return label;
  }

  public String title() {
    return title;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether it is also told by time, and compared with a baseline. */
  public boolean overTime() {
    return overTime;
  }

  /**
   * The log has no gap for each token. Where a stream had as many pieces as tokens, the gaps
   * between pieces are those; one more or less is an end token without text, or a first piece of
   * two.
   */
  private static boolean tokenByToken(Tokens tokens) {
    Long events = tokens.events();
    Long output = tokens.output();
    return events != null && output != null && Math.abs(events - output) <= 1;
  }

  /** Null without a first token. */
  public static @Nullable Long prefill(Times times) {
    Long first = times.firstToken();
    return first == null
        ? null
        : (Long) Math.max(0, first - orZero(times.queue()) - orZero(times.connect()));
  }

  /** Null without a token. */
  public static @Nullable Long generation(Times times) {
    Long first = times.firstToken();
    Long last = times.lastToken();
    return first == null || last == null ? null : (Long) Math.max(0, last - first);
  }

  private static long orZero(@Nullable Long micros) {
    return micros == null ? 0 : micros;
  }
}
