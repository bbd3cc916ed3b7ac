package dev.streamgauge.cli.simulate;

import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that is decided of one answer before it starts.
 *
 * @param tokens to send of each choice, reasoning included
 * @param lengthReached whether the request's own limit ends the answer, rather than the model
 * @param choices answers side by side, each piece of one followed by that of the next
 * @param logprobs whether each piece tells the probability of its tokens
 * @param tokenIds whether each piece names its tokens, of engines that can
 * @param faultAfter how many token events go before the fault
 * @param commentNanos how often a comment is sent before the first token; null for never
 * @param untilClose whether the body ends with the connection instead of being chunked
 * @param openingNanos when the opening is sent, where it doesn't go as the shape has it; else null
 * @param progress whether the prompt's progress is told, by servers that can
 */
record AnswerPlan(
    long ttftNanos,
    Distribution itl,
    Distribution tokensPerChunk,
    long tokens,
    long reasoningTokens,
    boolean lengthReached,
    boolean tools,
    long promptTokens,
    boolean includeUsage,
    boolean continuousUsage,
    int choices,
    boolean logprobs,
    boolean tokenIds,
    @Nullable Fault fault,
    int faultAfter,
    long stallNanos,
    @Nullable Long commentNanos,
    boolean untilClose,
    @Nullable Long openingNanos,
    boolean progress) {

  /** A tool call needs a name, an opening, and a closing piece. */
  private static final int TOOL_CALL_TOKENS_MIN = 3;

  static AnswerPlan of(
      SimulatorSettings settings,
      Wishes wishes,
      @Nullable Fault fault,
      RequestBody body,
      Route route,
      boolean chunksKnown,
      RandomGenerator random) {
    boolean tools = route.calls() && (wishes.tools != null ? wishes.tools : settings.tools());
    long reasoning = route.reasons() && !tools ? reasoningTokens(settings, wishes) : 0;
    long wanted =
        Math.max(
            tools ? TOOL_CALL_TOKENS_MIN : 1,
            (wishes.tokens != null ? wishes.tokens : settings.outputTokens()).sampleLong(random)
                + reasoning);
    Long limit = wishes.tokens != null || tools ? null : body.tokensMax();
    boolean lengthReached = limit != null && (limit <= wanted || body.ignoreEos());
    long tokens = route.embeds() ? 0 : limit != null && lengthReached ? limit : wanted;
    return new AnswerPlan(
        (wishes.ttft != null ? wishes.ttft : settings.ttft()).sampleLong(random),
        wishes.itl != null ? wishes.itl : settings.itl(),
        wishes.tokensPerChunk != null ? wishes.tokensPerChunk : settings.tokensPerChunk(),
        tokens,
        Math.min(reasoning, tokens),
        lengthReached,
        tools,
        body.promptTokens(),
        body.includeUsage(),
        body.continuousUsage(),
        route.choices(body),
        body.logprobs(),
        body.tokenIds(),
        fault,
        wishes.after,
        wishes.stallNanos,
        wishes.commentNanos != null ? wishes.commentNanos : commentNanos(settings),
        wishes.untilClose || !chunksKnown,
        wishes.openingNanos,
        body.progress());
  }

  /** Of a request over gRPC, where no answer is a tool call. */
  static AnswerPlan ofCall(
      SimulatorSettings settings,
      Wishes wishes,
      @Nullable Fault fault,
      GrpcRequest request,
      boolean reasons,
      RandomGenerator random) {
    long reasoning = reasons ? reasoningTokens(settings, wishes) : 0;
    Distribution counts = wishes.tokens != null ? wishes.tokens : settings.outputTokens();
    long wanted = Math.max(1, counts.sampleLong(random) + reasoning);
    Long limit = wishes.tokens != null ? null : request.tokensMax;
    boolean lengthReached = limit != null && (limit <= wanted || request.ignoreEos);
    long tokens = limit != null && lengthReached ? limit : wanted;
    return new AnswerPlan(
        (wishes.ttft != null ? wishes.ttft : settings.ttft()).sampleLong(random),
        wishes.itl != null ? wishes.itl : settings.itl(),
        wishes.tokensPerChunk != null ? wishes.tokensPerChunk : settings.tokensPerChunk(),
        tokens,
        Math.min(reasoning, tokens),
        lengthReached,
        false,
        request.promptTokens,
        false,
        false,
        request.choices,
        false,
        true,
        fault,
        wishes.after,
        wishes.stallNanos,
        null,
        false,
        null,
        false);
  }

  private static @Nullable Long commentNanos(SimulatorSettings settings) {
    Duration interval = settings.keepAliveComments();
    return interval == null ? null : interval.toNanos();
  }

  private static long reasoningTokens(SimulatorSettings settings, Wishes wishes) {
    return wishes.reasoningTokens != null ? wishes.reasoningTokens : settings.reasoningTokens();
  }

  /** Decided with the head already, since some faults come before the body. */
  static @Nullable Fault fault(
      Map<Fault, Double> probabilities, Wishes wishes, RandomGenerator random) {
    if (wishes.fault != null || wishes.noFault || probabilities.isEmpty()) {
      return wishes.fault;
    }
    double drawn = random.nextDouble();
    for (Fault fault : Fault.values()) {
      drawn -= probabilities.getOrDefault(fault, 0.0);
      if (drawn < 0) {
        return fault;
      }
    }
    return null;
  }

  /** The time that {@code tokens} take: each draws its own. */
  long gapNanos(long tokens, RandomGenerator random) {
    if (itl instanceof Distribution.Fixed(double nanos)) {
      return Math.round(nanos * tokens);
    }
    long sum = 0;
    for (long token = 0; token < tokens; token++) {
      sum += itl.sampleLong(random);
    }
    return sum;
  }

  String finishReason() {
    return lengthReached ? "length" : tools ? "tool_calls" : "stop";
  }
}
