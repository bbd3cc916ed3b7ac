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

  private final String path;

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
    path = target.path();
    route = Route.of(path);
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
        route != null && route.answers() && problem == null
            ? AnswerPlan.fault(serving.settings().faults(), wishes, random)
            : null;
  }

  private static @Nullable String query(QueryStringDecoder target) {
    List<String> values = target.parameters().get(Wishes.QUERY);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  /** Which server's manners this is answered with. */
  Server server(SimulatorSettings settings) {
    EngineStyle style = settings.style();
    return route == null ? style.server() : route.server(style, body);
  }

  /** An error as the body of a refusal. */
  String error(SimulatorSettings settings, int status, String message) {
    Server server = server(settings);
    return switch (route) {
      case MESSAGES -> ErrorBody.anthropic(server, status, message);
      case COHERE -> ErrorBody.cohere(message);
      case null, default -> ErrorBody.of(server, status, message);
    };
  }

  /** Why the body gets a 400; null if it does not. */
  @Nullable Refusal refusal(Route answering) {
    Refusal ofAny = body.refusal();
    return ofAny == null && answering.asksForSeveral() ? body.choicesRefusal() : ofAny;
  }

  /** A refusal's body. */
  String error(SimulatorSettings settings, Refusal refused) {
    Server server = server(settings);
    return route == Route.MESSAGES
        ? ErrorBody.anthropic(server, 400, refused.message())
        : ErrorBody.of(server, refused);
  }

  /** Of a route that answers. */
  AnswerPlan plan(SimulatorSettings settings, Route answering) {
    return AnswerPlan.of(settings, wishes, fault, body, answering, chunksKnown, random);
  }

  AnswerShape shape(SimulatorSettings settings, Route answering, AnswerPlan plan) {
    String asked = body.model();
    String model = JsonText.escaped(asked == null ? settings.model() : asked);
    String id = Long.toHexString(0x5100_0000_0000_0000L | number);
    EngineStyle style = settings.style();
    return switch (answering) {
      case CHAT -> new OpenAiShape(style, true, plan, id, model, Serving.CREATED_SECONDS);
      case COMPLETION -> new OpenAiShape(style, false, plan, id, model, Serving.CREATED_SECONDS);
      case RESPONSES -> new ResponsesShape(style, plan, id, model);
      case MESSAGES -> new MessagesShape(style, plan, id, model);
      case LLAMA_COMPLETION -> new LlamaCompletionShape(plan, model);
      case OLLAMA_CHAT -> new OllamaShape(true, plan, model);
      case OLLAMA_GENERATE -> new OllamaShape(false, plan, model);
      case GENERATE -> body.forTgi() ? tgi(plan, false) : sglang(settings, plan, id);
      case TGI -> tgi(plan, true);
      case TGI_STREAM -> tgi(plan, false);
      case TRITON, TRITON_STREAM -> TritonShape.of(path);
      case VLLM_GENERATE -> new VllmGenerateShape(plan, id, model, body.textBesideIds());
      case COHERE -> new CohereShape(plan, id);
      case EMBEDDINGS -> new EmbeddingsShape(style.server(), plan, id, model);
      case OLLAMA_EMBED -> new EmbeddingsShape(Server.OLLAMA, plan, id, model);
      case MODELS, HEALTH, STATS -> throw new IllegalArgumentException("a page");
    };
  }

  private AnswerShape tgi(AnswerPlan plan, boolean listed) {
    return new TgiShape(plan, body.details(), listed);
  }

  private AnswerShape sglang(SimulatorSettings settings, AnswerPlan plan, String id) {
    Boolean wished = wishes.incremental;
    boolean incremental = wished != null ? wished : settings.incremental();
    return new SglangShape(plan, id, incremental);
  }
}
