package dev.streamgauge.timeline;

import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When the pieces of one answer came, and what they added up to. Told the time of each socket read
 * before that read is parsed; one thread; allocates nothing per token event once a stream runs.
 *
 * <p>Gaps lie between successive token events of one choice. A gap that reaches over a pause in
 * which a slow client kept us from reading is not the server's: it is left out of gaps, inter-token
 * latencies and stalls.
 */
public final class TokenTimeline implements StreamSink {
  private final TimelineSettings settings;
  private final @Nullable Inferences inferences;
  private final Reads reads = new Reads();
  private final ChoiceTimes choices = new ChoiceTimes();
  private @Nullable GapSketch gaps;
  private @Nullable GapSketch interTokens;
  private @Nullable TokenBasis basis;
  private @Nullable TokenCounts counts;
  private @Nullable EngineSpans engine;
  private @Nullable String model;
  private @Nullable String error;
  private @Nullable FinishReason finishReason;
  private @Nullable String finishReasonRaw;

  private boolean firstReadOver;
  private boolean severalReads;

  private long firstTokenNanos;
  private long firstAnswerTokenNanos;
  private long lastTokenNanos;
  private int tokenEvents;

  /** In the pieces that say how many they carry. */
  private long carriedTokens;

  private boolean byTokenIds;

  private boolean answerSeen;
  private boolean endMarkerSeen;
  private boolean errorSeen;

  private @Nullable Stalls stalls;
  private int malformedFrames;
  private int framesLeftOut;

  public TokenTimeline(TimelineSettings settings) {
    this(settings, null);
  }

  /** Of an answer that may be to several inferences, which are then timed one by one. */
  public TokenTimeline(TimelineSettings settings, @Nullable Inferences inferences) {
    this.settings = settings;
    this.inferences = inferences;
  }

  /**
   * Called before the reader is fed with what one socket read brought.
   *
   * @param afterPause this is the first read after a pause in which a slow client kept us from
   *     reading
   */
  public void readAt(long nanos, boolean afterPause) {
    reads.at(nanos, afterPause);
    firstReadOver = tokenEvents > 0;
  }

  @Override
  public void model(String name) {
    model = name;
  }

  @Override
  public void tokenEvent(int choice, TokenKind kind, int tokens, @Nullable TokenBasis tokenBasis) {
    markOverall(kind);
    carriedTokens += tokens;
    byTokenIds |= tokenBasis == TokenBasis.TOKEN_IDS;
    if (inferences != null) {
      inferences.tokenEvent(reads);
    }
    int slot = choices.slot(choice);
    if (choices.started(slot)) {
      addGap(choices.lastNanos(slot), tokens, tokenBasis);
      choices.advance(slot, reads.nanos());
    } else {
      choices.start(slot, reads.nanos(), tokens);
    }
  }

  @Override
  public void choiceBegins(int choice) {
    choices.restart(choices.slot(choice));
  }

  @Override
  public void usage(
      TokenSource source,
      long input,
      long output,
      long cachedInput,
      long cacheWriteInput,
      long reasoningOutput) {
    TokenCounts said = counts;
    if (said == null) {
      said = new TokenCounts();
      counts = said;
    }
    said.set(
        source,
        tokenEvents,
        reads.holes(),
        input,
        output,
        cachedInput,
        cacheWriteInput,
        reasoningOutput);
  }

  @Override
  public void finished(int choice, FinishReason reason, String raw) {
    errorSeen |= reason == FinishReason.ERROR; // as vLLM ends a choice that failed inside
    choices.finish(choices.slot(choice));
    if (finishReason == null) {
      finishReason = reason;
      finishReasonRaw = raw.equals(reason.label()) ? null : raw;
    }
  }

  @Override
  public void endMarker() {
    endMarkerSeen = true;
  }

  @Override
  public void error(String message) {
    errorSeen = true;
    if (error == null) {
      error = message;
    }
  }

  @Override
  public void engineTimes(long queueNanos, long prefillNanos, long decodeNanos, long loadNanos) {
    EngineSpans said = engine;
    if (said == null) {
      said = new EngineSpans();
      engine = said;
    }
    said.set(queueNanos, prefillNanos, decodeNanos, loadNanos);
  }

  @Override
  public void malformedFrame() {
    malformedFrames++;
    hole();
  }

  @Override
  public void frameLeftOut() {
    framesLeftOut++;
    choices.mayHaveFinished();
    hole();
  }

  /** Behind the end no token is missed. */
  private void hole() {
    if (!complete()) {
      reads.hole();
    }
  }

  @Override
  public void inference(byte[] bytes, int idStart, int idEnd, int modelStart, int modelEnd) {
    if (inferences != null) {
      inferences.response(bytes, idStart, idEnd, modelStart, modelEnd, reads.nanos());
    }
  }

  @Override
  public void inferenceEnded() {
    if (inferences != null) {
      inferences.lastResponse(reads.nanos());
    }
  }

  /** The exchange ends: so do the inferences that are in flight. */
  void ended(long nanos) {
    if (inferences != null) {
      inferences.callEnded(nanos);
    }
  }

  /** So far. */
  public int tokenEvents() {
    return tokenEvents;
  }

  /** Gaps above the stall threshold, so far. */
  public int stalls() {
    return Stalls.count(stalls);
  }

  /** As the answer named it. */
  public @Nullable String model() {
    return model;
  }

  /** Whether the dialect's end marker came. */
  public boolean endMarkerSeen() {
    return endMarkerSeen;
  }

  /** Whether an error object came inside the answer, or a choice ended by an error. */
  public boolean errorSeen() {
    return errorSeen;
  }

  /** What the first error inside the answer said. */
  public @Nullable String error() {
    return error;
  }

  /**
   * How an answer ended whose HTTP framing ended cleanly.
   *
   * <p>Where a frame above the limit may have had the end in it, that is not known, and no
   * truncation.
   *
   * @param readToItsEnd whether it was a stream of a known dialect that was read to its end: only
   *     then a missing end marker means anything
   */
  public Outcome outcomeOfCleanEnd(int status, boolean readToItsEnd) {
    if (status >= 500) {
      return Outcome.UPSTREAM_ERROR;
    }
    if (status >= 400) {
      return Outcome.CALLER_ERROR;
    }
    if (errorSeen()) {
      return Outcome.UPSTREAM_STREAM_ERROR;
    }
    boolean unknown = framesLeftOut > 0 && choices.allMayHaveFinished();
    return readToItsEnd && !complete() && !unknown ? Outcome.UPSTREAM_TRUNCATED : Outcome.OK;
  }

  /**
   * How an answer ended whose caller left while HTTP's framing was not done with it. Clients close
   * as soon as they have read the end marker, often ahead of the last chunk: they have all that
   * they asked for. A finish reason is not enough: usage comes behind it.
   */
  public Outcome outcomeOfCallerLeft(int status) {
    return endMarkerSeen ? outcomeOfCleanEnd(status, true) : Outcome.CALLER_DISCONNECT;
  }

  /** Whether the end marker came, or a finish reason for each choice seen. */
  public boolean complete() {
    return endMarkerSeen || choices.allFinished();
  }

  @Nullable Long firstTokenNanos() {
    return tokenEvents == 0 ? null : (Long) firstTokenNanos;
  }

  @Nullable Long firstAnswerTokenNanos() {
    return answerSeen ? (Long) firstAnswerTokenNanos : null;
  }

  @Nullable Long lastTokenNanos() {
    return tokenEvents == 0 ? null : (Long) lastTokenNanos;
  }

  /** When the first of them were; none where the answer was no stream. */
  List<RequestRecord.Stall> stalls(long receivedNanos) {
    return Stalls.first(stalls, receivedNanos);
  }

  /** Whether frames above the limit went by while others were read. */
  boolean leftOutAny() {
    return framesLeftOut > 0;
  }

  int malformedFrames() {
    return malformedFrames;
  }

  /** Null if the engine said nothing of its own time. */
  RequestRecord.@Nullable EngineTimes engineTimes() {
    return engine == null ? null : engine.times();
  }

  /**
   * What was generated, at the end; null if the answer said nothing of it.
   *
   * @param stopped whether the reading stopped before the answer did
   */
  RequestRecord.@Nullable Generation generation(boolean streamed, boolean stopped) {
    if (!streamed && counts == null && finishReason == null) {
      return null;
    }
    if (counts != null) {
      counts.dropOverrun(tokenEvents, reads.holes());
      boolean toItsEnd = !stopped || complete();
      if (!toItsEnd || reads.holes() > 0) {
        counts.dropPartial(toItsEnd, byTokenIds);
      }
    }
    Long output = counts == null ? null : counts.output();
    GapSketch seenGaps = streamed ? gaps : null;
    return new RequestRecord.Generation(
        streamed ? (Integer) tokenEvents : null,
        finishReason,
        finishReasonRaw,
        counts == null ? null : counts.source(),
        counts == null ? null : counts.input(),
        output,
        counts == null ? null : counts.cachedInput(),
        counts == null ? null : counts.cacheWriteInput(),
        counts == null ? null : counts.reasoningOutput(),
        counts == null ? null : counts.conflict(tokenEvents, carriedTokens),
        streamed ? timePerOutputTokenNanos(output) : null,
        streamed ? outputTokensPerSecond(output) : null,
        seenGaps == null ? null : (Long) seenGaps.maxNanos(),
        seenGaps == null ? null : (Long) seenGaps.quantileNanos(0.50),
        seenGaps == null ? null : (Long) seenGaps.quantileNanos(0.99),
        streamed ? (Integer) Stalls.count(stalls) : null,
        streamed ? (Long) Stalls.totalNanos(stalls) : null,
        seenGaps == null ? null : seenGaps.counts(),
        streamed && interTokens != null ? interTokens.counts() : null,
        streamed ? basis : null,
        streamed && inferences != null ? (Integer) inferences.timed() : null);
  }

  private void markOverall(TokenKind kind) {
    if (tokenEvents == 0) {
      firstTokenNanos = reads.nanos();
    }
    if (!answerSeen && kind.isAnswer()) {
      answerSeen = true;
      firstAnswerTokenNanos = reads.nanos();
    }
    severalReads |= firstReadOver;
    lastTokenNanos = reads.nanos();
    tokenEvents++;
  }

  private void addGap(long previousNanos, int tokens, @Nullable TokenBasis tokenBasis) {
    if (!reads.unbrokenSince(previousNanos)) {
      return;
    }
    long gapNanos = reads.nanos() - previousNanos;
    gapSketch().add(gapNanos);
    if (gapNanos > settings.stallThresholdNanos()) {
      stalls = Stalls.add(stalls, reads.nanos(), gapNanos);
    }
    if (tokens > 0 && tokenBasis != null) {
      if (basis == null) {
        basis = tokenBasis;
      }
      interTokenSketch().add(gapNanos / tokens, tokens, gapNanos);
    }
  }

  private @Nullable Long timePerOutputTokenNanos(@Nullable Long output) {
    if (output == null || output <= 1 || !severalReads) {
      return null;
    }
    long laterTokens = output - choices.firstPiecesTokens();
    long spansNanos = choices.spansNanos();
    return laterTokens <= 0 || spansNanos <= 0 ? null : (Long) (spansNanos / laterTokens);
  }

  private @Nullable Double outputTokensPerSecond(@Nullable Long output) {
    long spanNanos = lastTokenNanos - firstTokenNanos;
    if (output == null || output <= 0 || !severalReads || spanNanos <= 0) {
      return null;
    }
    return output * 1e9 / spanNanos;
  }

  private GapSketch gapSketch() {
    GapSketch sketch = gaps;
    if (sketch == null) {
      sketch = settings.newGapSketch();
      gaps = sketch;
    }
    return sketch;
  }

  private GapSketch interTokenSketch() {
    GapSketch sketch = interTokens;
    if (sketch == null) {
      sketch = settings.newInterTokenSketch();
      interTokens = sketch;
    }
    return sketch;
  }
}
