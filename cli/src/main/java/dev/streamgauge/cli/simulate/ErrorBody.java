package dev.streamgauge.cli.simulate;

/** An error object as each kind of server words it. */
final class ErrorBody {
  /** Of the engine, in the middle of an answer. */
  static final String DIED = "the engine died (simulated)";

  private ErrorBody() {}

  /** Anthropic's, whichever server speaks it. */
  static String anthropic(Server server, int status, String message) {
    return "{\"type\":\"error\",\"error\":{\"type\":\""
        + type(server, status)
        + "\",\"message\":"
        + JsonText.quoted(message)
        + "}}";
  }

  static String cohere(String message) {
    return "{\"message\":" + JsonText.quoted(message) + "}";
  }

  static String of(Server server, int status, String message) {
    return of(server, status, message, type(server, status), "null");
  }

  private static String of(Server server, int status, String message, String type, String param) {
    String text = "\"message\":" + JsonText.quoted(message) + ",\"type\":\"" + type + '"';
    String rest = ",\"param\":" + param + ",\"code\":" + status;
    return switch (server) {
      case VLLM -> "{\"error\":{" + text + rest + "}}";
      case SGLANG -> "{\"object\":\"error\"," + text + rest + "}";
      case LLAMACPP -> "{\"error\":{\"code\":" + status + "," + text + "}}";
      case OLLAMA, TRITON -> "{\"error\":" + JsonText.quoted(message) + "}";
      case TGI -> "{\"error\":" + JsonText.quoted(message) + ",\"error_type\":\"" + type + "\"}";
    };
  }

  /** A request's body is refused. vLLM tells wrong types apart, and what it is that has one. */
  static String of(Server server, Refusal refusal) {
    String field = refusal.field();
    return server == Server.VLLM && field != null
        ? of(server, 400, refusal.message(), "Bad Request", "\"body." + field + '"')
        : of(server, 400, refusal.message());
  }

  /** What an engine that dies in the middle of an answer says. */
  static String inStream(Server server) {
    String message = DIED;
    return switch (server) {
      case VLLM, LLAMACPP, OLLAMA, TGI, TRITON -> of(server, 500, message);
      case SGLANG -> "{\"error\":" + of(server, 500, message) + "}";
    };
  }

  private static String type(Server server, int status) {
    boolean own = status >= 500;
    return switch (server) {
      case VLLM, SGLANG -> own ? "InternalServerError" : "BadRequestError";
      case LLAMACPP, OLLAMA, TRITON -> own ? "server_error" : "invalid_request_error";
      case TGI -> own ? "generation" : status == 429 ? "overloaded" : "validation";
    };
  }
}
