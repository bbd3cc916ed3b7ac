package dev.streamgauge.cli.simulate;

/** An error object as each kind of server words it. */
final class ErrorBody {
  private ErrorBody() {}

  static String of(EngineStyle style, int status, String message) {
    return of(style, status, message, type(style, status), "null");
  }

  private static String of(
      EngineStyle style, int status, String message, String type, String param) {
    String text = "\"message\":" + JsonText.quoted(message) + ",\"type\":\"" + type + '"';
    String rest = ",\"param\":" + param + ",\"code\":" + status;
    return switch (style) {
      case VLLM -> "{\"error\":{" + text + rest + "}}";
      case SGLANG -> "{\"object\":\"error\"," + text + rest + "}";
      case LLAMACPP -> "{\"error\":{\"code\":" + status + "," + text + "}}";
    };
  }

  /** A request's body is refused. vLLM tells wrong types apart, and what it is that has one. */
  static String of(EngineStyle style, Refusal refusal) {
    String field = refusal.field();
    return style == EngineStyle.VLLM && field != null
        ? of(style, 400, refusal.message(), "Bad Request", "\"body." + field + '"')
        : of(style, 400, refusal.message());
  }

  /** What an engine that dies in the middle of an answer says. */
  static String inStream(EngineStyle style) {
    String message = "the engine died (simulated)";
    return switch (style) {
      case VLLM, LLAMACPP -> of(style, 500, message);
      case SGLANG -> "{\"error\":" + of(style, 500, message) + "}";
    };
  }

  private static String type(EngineStyle style, int status) {
    boolean own = status >= 500;
    return switch (style) {
      case VLLM, SGLANG -> own ? "InternalServerError" : "BadRequestError";
      case LLAMACPP -> own ? "server_error" : "invalid_request_error";
    };
  }
}
