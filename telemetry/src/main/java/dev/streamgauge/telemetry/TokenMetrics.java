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
  private static final TokenSource[] SOURCES = TokenSource.values();

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

  @Override
  public Series of(Row row) {
    return new Series(row);
  }

  /** What of a row is added to. */
  final class Series extends RecordSeries {
    private final Row row;
    private final LateHistogram firstToken;
    private final LateHistogram firstAnswerToken;
    private final LateHistogram gap;
    private final LateHistogram longest;
    private final LateHistogram perSecond;
    private final LateHistogram input;
    private final LateHistogram output;
    private final LateCounter stallCount;
    private final LateCounter stallNanos;
    private final @Nullable OfSource[] sources = new @Nullable OfSource[SOURCES.length];

    private Series(Row row) {
      this.row = row;
      firstToken = row.late(ttft);
      firstAnswerToken = row.late(ttfa);
      gap = row.late(gaps);
      longest = row.late(longestGap);
      perSecond = row.late(speed);
      input = row.late(inputTokens);
      output = row.late(outputTokens);
      stallCount = new LateCounter(stalls, row.model(), row.operation());
      stallNanos = new LateCounter(stalled, row.model(), row.operation());
    }

    /** A call whose inferences were counted one by one counts no times of its own. */
    @Override
    void add(RequestRecord record, @Nullable Origin origin) {
      RequestRecord.Generation generation = record.generation();
      Integer inferences = generation == null ? null : generation.inferences();
      boolean oneByOne = inferences != null && inferences > 0;
      if (record.stream() && !oneByOne) {
        addFirstToken(record, origin);
      }
      if (generation != null) {
        if (!oneByOne) {
          addGaps(generation.gaps(), generation.gapMaxNanos(), origin);
          addStalls(generation.stalls(), generation.stalledNanos());
        }
        addPace(generation, origin);
        addCounts(generation, origin);
      }
    }

    /** One inference of a call; of one without a token event the call's own record tells. */
    void add(InferenceRecord record) {
      firstToken.observeNanos(record.firstTokenNanos(), null);
      firstAnswerToken.observeNanos(record.firstTokenNanos(), null);
      addGaps(record.gaps(), record.gapMaxNanos(), null);
      addStalls(record.stalls(), record.stalledNanos());
    }

    private void addFirstToken(RequestRecord record, @Nullable Origin origin) {
      RequestRecord.Points points = record.points();
      firstToken.observeNanos(points.firstToken(), origin);
      firstAnswerToken.observeNanos(points.firstAnswerToken(), origin);
      if (points.firstToken() == null && record.generating()) {
        String outcome = record.outcome().label();
        noFirstToken.labelValues(row.model(), row.operation(), outcome).inc();
      }
    }

    private void addGaps(
        @Nullable GapCounts counts, @Nullable Long longestNanos, @Nullable Origin origin) {
      gap.addAll(counts, longestNanos, origin);
      longest.observeNanos(longestNanos, origin);
    }

    private void addStalls(@Nullable Integer count, @Nullable Long nanos) {
      if (count != null) {
        stallCount.add(count.longValue());
      }
      if (nanos != null) {
        stallNanos.addNanos(nanos);
      }
    }

    private void addPace(RequestRecord.Generation generation, @Nullable Origin origin) {
      GapCounts interTokens = generation.interTokens();
      TokenBasis basis = generation.basis();
      if (interTokens != null && basis != null && interTokens.count() > 0) {
        row.in(interTokenLatency, basis.label()).addAll(interTokens, null, origin);
      }
      perSecond.observe(generation.outputTokensPerSecond(), origin);
    }

    private void addCounts(RequestRecord.Generation generation, @Nullable Origin origin) {
      TokenSource source = generation.tokensSource();
      if (source == null) {
        return;
      }
      input.observeCount(generation.inputTokens(), origin);
      output.observeCount(generation.outputTokens(), origin);
      OfSource counts = sources[place(source)];
      if (counts == null) {
        counts = new OfSource(row, source);
        sources[place(source)] = counts;
      }
      counts.add(generation, origin);
    }
  }

  /** What is counted by its source, too. */
  private final class OfSource {
    private final LateHistogram perOutputToken;
    private final LateCounter input;
    private final LateCounter output;
    private final LateCounter cachedInput;
    private final LateCounter cacheWriteInput;
    private final LateCounter reasoningOutput;

    private OfSource(Row row, TokenSource source) {
      perOutputToken = row.late(timePerOutputToken, source.label());
      input = counter(row, Type.INPUT, source);
      output = counter(row, Type.OUTPUT, source);
      cachedInput = counter(row, Type.CACHED_INPUT, source);
      cacheWriteInput = counter(row, Type.CACHE_WRITE_INPUT, source);
      reasoningOutput = counter(row, Type.REASONING_OUTPUT, source);
    }

    private LateCounter counter(Row row, Type type, TokenSource source) {
      return new LateCounter(tokens, row.model(), row.operation(), type.label, source.label());
    }

    private void add(RequestRecord.Generation generation, @Nullable Origin origin) {
      perOutputToken.observeNanos(generation.timePerOutputTokenNanos(), origin);
      input.add(generation.inputTokens());
      output.add(generation.outputTokens());
      cachedInput.add(generation.cachedInputTokens());
      cacheWriteInput.add(generation.cacheWriteInputTokens());
      reasoningOutput.add(generation.reasoningTokens());
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
    for (TokenSource source : SOURCES) {
      row.in(timePerOutputToken, source.label());
    }
    Families.add(stalls, 0, row.model(), row.operation());
    Families.add(stalled, 0, row.model(), row.operation());
    for (Outcome outcome : Outcome.values()) {
      Families.add(noFirstToken, 0, row.model(), row.operation(), outcome.label());
    }
    for (Type type : Type.values()) {
      for (TokenSource source : SOURCES) {
        Families.add(tokens, 0, row.model(), row.operation(), type.label, source.label());
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
