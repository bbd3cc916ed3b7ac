package dev.streamgauge.cli.simulate;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One request of a connection, from its head on. */
final class SimulatedRequest {
  final long number;
  final RandomGenerator random;
  final HttpMethod method;
  final boolean keepAlive;

  /** Clients of HTTP/1.0 know no chunks. */
  final boolean chunksKnown;

  final boolean continueExpected;
  final Wishes wishes;

  /** Why the wishes could not be read; null if they could. */
  final @Nullable String refusal;

  /** Null if the path is for nothing. */
  final @Nullable Route route;

  final @Nullable Fault fault;
  final RequestBody body = new RequestBody();

  SimulatedRequest(Serving serving, HttpRequest head) {
    number = serving.nextNumber();
    random = serving.random(number);
    method = head.method();
    keepAlive = HttpUtil.isKeepAlive(head);
    chunksKnown = !head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    continueExpected = HttpUtil.is100ContinueExpected(head);
    QueryStringDecoder target =
        QueryStringDecoder.builder()
            .charset(StandardCharsets.UTF_8)
            .semicolonIsNormalChar(true)
            .build(head.uri());
    route = Route.of(target.path());
    String problem = null;
    Wishes read = Wishes.of(null, null);
    try {
      read = Wishes.of(query(target), head.headers().get(Wishes.HEADER));
    } catch (IllegalArgumentException e) {
      problem = e.getMessage();
    }
    wishes = read;
    refusal = problem;
    fault =
        route != null && route.generates() && problem == null
            ? AnswerPlan.fault(serving.settings().faults(), wishes, random)
            : null;
  }

  private static @Nullable String query(QueryStringDecoder target) {
    List<String> values = target.parameters().get(Wishes.QUERY);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  /** Which kind of server answers this. */
  EngineStyle style(SimulatorSettings settings) {
    return route == Route.LLAMA_COMPLETION ? EngineStyle.LLAMACPP : settings.style();
  }

  AnswerPlan plan(SimulatorSettings settings) {
    AnswerPlan plan = AnswerPlan.of(settings, wishes, fault, body, route == Route.CHAT, random);
    return chunksKnown ? plan : plan.endingWithConnection();
  }

  AnswerShape shape(SimulatorSettings settings, AnswerPlan plan) {
    String asked = body.model();
    String model = JsonText.escaped(asked == null ? settings.model() : asked);
    if (route == Route.LLAMA_COMPLETION) {
      return new LlamaCompletionShape(plan, model);
    }
    String id = Long.toHexString(0x5100_0000_0000_0000L | number);
    return new OpenAiShape(
        settings.style(), route == Route.CHAT, plan, id, model, Serving.CREATED_SECONDS);
  }
}
