package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/** Reads what a request says of itself: pure functions, for any thread. */
public final class RequestReader {
  /** How much of a request's body is worth keeping for {@link #read}. */
  public static final int INSPECTED_BYTES_MAX = 64 * 1024;

  private static final int MODEL_CHARS_MAX = 256;

  private static final byte[] MODEL = Ascii.bytes("model");
  private static final byte[] STREAM = Ascii.bytes("stream");
  private static final byte[] TRUE = Ascii.bytes("true");
  private static final byte[] FALSE = Ascii.bytes("false");

  private RequestReader() {}

  /** What is asked for; the path may have a query. */
  public static Operation operationOf(String method, String path) {
    return Operations.of(method, plain(path));
  }

  /** What is asked for where the dialect is known; the path may have a query. */
  public static Operation operationOf(Dialect dialect, String path) {
    return Operations.of(dialect, plain(path));
  }

  /** Whether what is asked for, by OpenAI's chat or completions or TGI's own stream, may count. */
  public static boolean canAskUsage(String method, String path) {
    String plainPath = plain(path);
    return method.equals("POST")
        && (plainPath.endsWith("/completions") || canAskDetails(plainPath));
  }

  /** TGI's own stream, whose details can be asked for; or, at the root, what may be that. */
  static boolean canAskDetails(String path) {
    return plain(path).equals("/") || streamsAsTgi(path);
  }

  static boolean streamsAsTgi(String path) {
    String plainPath = plain(path);
    return plainPath.endsWith("/generate_stream") && !plainPath.contains("/v2/models/");
  }

  /**
   * Observes the body, JSON, a multipart form or a gRPC call's messages, which may be a prefix of
   * the real one, or empty: what stands before the cut is found.
   */
  public static RequestFacts read(String method, String path, byte[] body, int start, int end) {
    GrpcMethod call = GrpcMethod.of(path);
    if (call != null) {
      return CallFacts.read(call, method, path, body, start, end);
    }
    if (end - start > 2 && body[start] == '-' && body[start + 1] == '-') {
      return readForm(method, path, new FormFields(body, start, end), body);
    }
    String model = null;
    Boolean stream = null;
    JsonReader json = new JsonReader();
    json.reset(body, start, end);
    if (json.peek() == JsonKind.OBJECT) {
      json.enterObject();
      while (json.nextField()) {
        if (json.nameIs(FieldName.MODEL)) {
          model = text(json, model);
        } else if (json.nameIs(FieldName.STREAM)) {
          stream = flag(json, stream);
        } else {
          json.skipValue();
        }
      }
    }
    return facts(method, path, model, stream);
  }

  /** Where speech is sent to be transcribed. */
  private static RequestFacts readForm(String method, String path, FormFields form, byte[] body) {
    String model = null;
    Boolean stream = null;
    while (form.next()) {
      if (form.nameIs(MODEL) && form.valueEnd() > form.valueStart()) {
        String text = JsonText.utf8(body, form.valueStart(), form.valueEnd());
        model = JsonText.cut(text, MODEL_CHARS_MAX);
      } else if (form.nameIs(STREAM)) {
        stream = form.valueIs(TRUE) ? Boolean.TRUE : form.valueIs(FALSE) ? Boolean.FALSE : stream;
      }
    }
    return facts(method, path, model, stream);
  }

  private static RequestFacts facts(
      String method, String path, @Nullable String model, @Nullable Boolean stream) {
    String pathAlone = withoutQuery(path);
    Operation operation = Operations.of(method, withoutSlash(pathAlone));
    return new RequestFacts(method, pathAlone, operation, model, stream);
  }

  private static @Nullable String text(JsonReader json, @Nullable String otherwise) {
    return json.filledString() ? json.string(MODEL_CHARS_MAX) : otherwise;
  }

  private static @Nullable Boolean flag(JsonReader json, @Nullable Boolean otherwise) {
    JsonKind kind = json.peek();
    json.skipValue();
    if (json.failed()) {
      return otherwise;
    }
    return switch (kind) {
      case TRUE -> Boolean.TRUE;
      case FALSE -> Boolean.FALSE;
      case OBJECT, ARRAY, STRING, NUMBER, NULL, NONE -> otherwise;
    };
  }

  /** The path alone. */
  public static String withoutQuery(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  /** Without the query and without a slash at the end. */
  private static String plain(String path) {
    return withoutSlash(withoutQuery(path));
  }

  private static String withoutSlash(String path) {
    int last = path.length() - 1;
    return last > 0 && path.charAt(last) == '/' ? path.substring(0, last) : path;
  }
}
