package dev.streamgauge.telemetry;

import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.timeline.GapCounts;
import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.prometheus.metrics.core.metrics.Counter;
import org.jspecify.annotations.Nullable;

/** What was generated: first token, pace, stalls, counts. */
final class TokenMetrics implements RecordMetrics {
  private static final double NANOS_PER_SECOND = 1e9;

  private final BulkHistogram ttft;
  private final BulkHistogram ttfa;
  private final BulkHistogram gaps;
  private final BulkHistogram interTokenLatency;
  private final BulkHistogram timePerOutputToken;
  private final BulkHistogram speed;
  private final BulkHistogram longestGap;
  private final BulkHistogram inputTokens;
  private final BulkHistogram outputTokens;
  private final Counter stalls;
  private final Counter stalled;
  private final Counter noFirstToken;
  private final Counter tokens;

  TokenMetrics(Families families) {
    ttft =
        families.requestHistogram(
            "time_to_first_token_seconds",
            "Request head read until the first token event of a streamed answer.",
            BucketFamily.TTFT);
    ttfa =
        families.requestHistogram(
            "time_to_first_answer_token_seconds",
            "Request head read until the first token event that is not reasoning.",
            BucketFamily.TTFT);
    gaps =
        families.requestHistogram(
            "inter_chunk_gap_seconds",
            "Time between two successive token events of one choice, as received.",
            BucketFamily.GAP);
    interTokenLatency =
        families.requestHistogram(
            "inter_token_latency_seconds",
            "Gaps divided by the tokens that the piece carries, where that count is known.",
            BucketFamily.GAP,
            "basis");
    timePerOutputToken =
        families.requestHistogram(
            "time_per_output_token_seconds",
            "First to last token event, for each output token after the first piece's.",
            BucketFamily.GAP,
            "source");
    speed =
        families.requestHistogram(
            "output_tokens_per_second",
            "Output tokens of a request by the time from its first to its last token event.",
            BucketFamily.SPEED);
    longestGap =
        families.requestHistogram(
            "longest_gap_seconds",
            "The longest gap between token events of a stream.",
            BucketFamily.GAP);
    inputTokens =
        families.requestHistogram(
            "request_input_tokens", "Input tokens of a request.", BucketFamily.TOKENS);
    outputTokens =
        families.requestHistogram(
            "request_output_tokens", "Output tokens of a request.", BucketFamily.TOKENS);
    stalls =
        families.requestCounter(
            "stream_stalls_total", "Gaps longer than the stall threshold (--stall-threshold).");
    stalled =
        families.requestCounter(
            "stream_stalled_seconds_total", "The time that those gaps took, all of it.");
    noFirstToken =
        families.requestCounter(
            "no_first_token_total",
            "Streamed requests of generating operations that ended without a token event.",
            "outcome");
    tokens =
        families.requestCounter(
            "tokens_total",
            "Tokens by type; cached_input and cache_write_input are part of input,"
                + " reasoning_output is part of output.",
            "type",
            "source");
    showFromTheStart();
  }

  /** A call whose inferences were counted one by one counts no times of its own. */
  @Override
  public void add(RequestRecord record, Row row) {
    RequestRecord.Generation generation = record.generation();
    Integer inferences = generation == null ? null : generation.inferences();
    boolean oneByOne = inferences != null && inferences > 0;
    if (record.stream() && !oneByOne) {
      addFirstToken(record, row);
    }
    if (generation != null) {
      if (!oneByOne) {
        addGaps(generation, row);
      }
      addPace(generation, row);
      addCounts(generation, row);
    }
  }

  /** One inference of a call; of one without a token event the call's own record tells. */
  void add(InferenceRecord record, Row row) {
    row.observe(ttft, record.firstTokenNanos());
    row.observe(ttfa, record.firstTokenNanos());
    addGaps(record.gaps(), record.gapMaxNanos(), row);
    addStalls(record.stalls(), record.stalledNanos(), row);
  }

  private void addFirstToken(RequestRecord record, Row row) {
    RequestRecord.Points points = record.points();
    row.observe(ttft, points.firstToken());
    row.observe(ttfa, points.firstAnswerToken());
    if (points.firstToken() == null && record.generating()) {
      String outcome = record.outcome().label();
      noFirstToken.labelValues(row.model(), row.operation(), outcome).inc();
    }
  }

  private void addGaps(RequestRecord.Generation generation, Row row) {
    addGaps(generation.gaps(), generation.gapMaxNanos(), row);
    addStalls(generation.stalls(), generation.stalledNanos(), row);
  }

  private void addGaps(@Nullable GapCounts counts, @Nullable Long longestNanos, Row row) {
    if (counts != null && counts.count() > 0) {
      row.in(gaps).addAll(counts, longestNanos, row.origin());
    }
    row.observe(longestGap, longestNanos);
  }

  private void addStalls(@Nullable Integer count, @Nullable Long nanos, Row row) {
    if (count != null) {
      Families.add(stalls, count, row.model(), row.operation());
    }
    if (nanos != null) {
      Families.add(stalled, nanos / NANOS_PER_SECOND, row.model(), row.operation());
    }
  }

  private void addPace(RequestRecord.Generation generation, Row row) {
    GapCounts interTokens = generation.interTokens();
    TokenBasis basis = generation.basis();
    if (interTokens != null && basis != null && interTokens.count() > 0) {
      row.in(interTokenLatency, basis.label()).addAll(interTokens, null, row.origin());
    }
    Double perSecond = generation.outputTokensPerSecond();
    if (perSecond != null) {
      row.in(speed).observe(perSecond, row.origin());
    }
  }

  private void addCounts(RequestRecord.Generation generation, Row row) {
    TokenSource source = generation.tokensSource();
    if (source == null) {
      return;
    }
    row.observe(timePerOutputToken, source.label(), generation.timePerOutputTokenNanos());
    observeCount(inputTokens, generation.inputTokens(), row);
    observeCount(outputTokens, generation.outputTokens(), row);
    count(Type.INPUT, source, generation.inputTokens(), row);
    count(Type.OUTPUT, source, generation.outputTokens(), row);
    count(Type.CACHED_INPUT, source, generation.cachedInputTokens(), row);
    count(Type.CACHE_WRITE_INPUT, source, generation.cacheWriteInputTokens(), row);
    count(Type.REASONING_OUTPUT, source, generation.reasoningTokens(), row);
  }

  private static void observeCount(BulkHistogram histogram, @Nullable Long count, Row row) {
    if (count != null) {
      row.in(histogram).observe(count, row.origin());
    }
  }

  private void count(Type type, TokenSource source, @Nullable Long count, Row row) {
    if (count != null) {
      Families.add(tokens, count, row.model(), row.operation(), type.label, source.label());
    }
  }

  private void showFromTheStart() {
    Row row = Row.FIRST;
    for (BulkHistogram each :
        new BulkHistogram[] {ttft, ttfa, gaps, speed, longestGap, inputTokens, outputTokens}) {
      row.in(each);
    }
    for (TokenBasis basis : TokenBasis.values()) {
      row.in(interTokenLatency, basis.label());
    }
    for (TokenSource source : TokenSource.values()) {
      row.in(timePerOutputToken, source.label());
    }
    Families.add(stalls, 0, row.model(), row.operation());
    Families.add(stalled, 0, row.model(), row.operation());
    for (Outcome outcome : Outcome.values()) {
      Families.add(noFirstToken, 0, row.model(), row.operation(), outcome.label());
    }
    for (Type type : Type.values()) {
      for (TokenSource source : TokenSource.values()) {
        count(type, source, 0L, row);
      }
    }
  }

  private enum Type {
    INPUT("input"),
    OUTPUT("output"),
    CACHED_INPUT("cached_input"),
    CACHE_WRITE_INPUT("cache_write_input"),
    REASONING_OUTPUT("reasoning_output");

    private final String label;

    Type(String label) {
      this.label = label;
    }
  }
}
