package dev.streamgauge.cli.simulate;

import dev.streamgauge.cli.simulate.AnswerShape.AnswerTimes;
import java.util.ArrayList;
import java.util.List;

/** {@code Generate} of vLLM 0.32, SGLang 0.5 and TensorRT-LLM 1.x. */
final class GenerateShape implements GrpcShape {
  private static final byte[] NOTHING = {};
  private static final int ARRIVAL = 1;
  private static final int SCHEDULED = 2;
  private static final int FIRST_TOKEN = 3;
  private static final int LAST_TOKEN = 4;

  private final GrpcEngine engine;
  private final GrpcRequest request;
  private final AnswerPlan plan;

  GenerateShape(GrpcEngine engine, GrpcRequest request, AnswerPlan plan) {
    this.engine = engine;
    this.request = request;
    this.plan = plan;
  }

  @Override
  public byte[] piece(int choice, long from, long end) {
    if (!request.stream) {
      return NOTHING;
    }
    GrpcEngine.Piece fields = engine.piece;
    ProtoWriter piece =
        new ProtoWriter()
            .tokenIds(GrpcEngine.TOKEN_IDS, from, end)
            .count(fields.index(), choice)
            .count(fields.prompt(), plan.promptTokens())
            .count(fields.completion(), engine.countsCumulate ? end : end - from)
            .count(fields.reasoning(), Math.min(plan.reasoningTokens(), end));
    return response(engine.answered.piece(), piece);
  }

  @Override
  public List<byte[]> closing(long lastFrom, AnswerTimes times) {
    List<byte[]> messages = new ArrayList<>();
    for (int choice = 0; choice < plan.choices(); choice++) {
      messages.add(response(engine.answered.last(), last(choice, lastFrom, times)));
    }
    return messages;
  }

  private ProtoWriter last(int choice, long lastFrom, AnswerTimes times) {
    long tokens = plan.tokens();
    GrpcEngine.Last fields = engine.last;
    ProtoWriter last =
        new ProtoWriter()
            .tokenIds(GrpcEngine.TOKEN_IDS, engine.repeatsAll ? 0 : lastFrom, tokens)
            .text(fields.reason(), plan.finishReason())
            .count(fields.prompt(), plan.promptTokens())
            .count(fields.completion(), engine.countsCumulate ? tokens : tokens - lastFrom)
            .count(fields.index(), choice)
            .count(fields.reasoning(), plan.reasoningTokens());
    return request.times && fields.times() > 0 ? last.message(fields.times(), times(times)) : last;
  }

  /** In seconds, on a clock of the engine's own. */
  private static ProtoWriter times(AnswerTimes times) {
    double arrival = Serving.CREATED_SECONDS;
    double first = arrival + times.promptMillis() / 1e3;
    return new ProtoWriter()
        .real(ARRIVAL, arrival)
        .real(SCHEDULED, arrival)
        .real(FIRST_TOKEN, first)
        .real(LAST_TOKEN, first + times.predictedMillis() / 1e3);
  }

  private byte[] response(int field, ProtoWriter message) {
    ProtoWriter response = new ProtoWriter();
    if (engine.answered.requestId() > 0) {
      response.text(engine.answered.requestId(), request.id);
    }
    return response.message(field, message).written();
  }

  @Override
  public byte[] failure(String message) {
    return NOTHING;
  }
}
