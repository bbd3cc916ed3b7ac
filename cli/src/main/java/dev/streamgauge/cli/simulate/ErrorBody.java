package dev.streamgauge.cli.simulate;

/** An error object as each kind of server words it. */
final class ErrorBody {
  private ErrorBody() {}

  static String of(EngineStyle style, int status, String message) {
    String text = JsonText.quoted(message);
    String type = JsonText.quoted(type(style, status));
    return switch (style) {
      case VLLM -> "{\"error\":" + fields(text, type, status) + "}";
      case SGLANG -> "{\"object\":\"error\"," + fields(text, type, status).substring(1);
      case LLAMACPP ->
          "{\"error\":{\"code\":" + status + ",\"message\":" + text + ",\"type\":" + type + "}}";
    };
  }

  /** What an engine that dies in the middle of an answer says. */
  static String inStream(EngineStyle style) {
    String message = "the engine died (simulated)";
    return switch (style) {
      case VLLM, LLAMACPP -> of(style, 500, message);
      case SGLANG -> "{\"error\":" + of(style, 500, message) + "}";
    };
  }

  private static String fields(String message, String type, int status) {
    return "{\"message\":"
        + message
        + ",\"type\":"
        + type
        + ",\"param\":null,\"code\":"
        + status
        + "}";
  }

  private static String type(EngineStyle style, int status) {
    boolean own = status >= 500;
    return switch (style) {
      case VLLM, SGLANG -> own ? "InternalServerError" : "BadRequestError";
      case LLAMACPP -> own ? "server_error" : "invalid_request_error";
    };
  }
}
