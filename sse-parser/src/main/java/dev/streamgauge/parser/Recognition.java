package dev.streamgauge.parser;

/**
 * Tells the dialect of an answer by the shape of its first object. The path helps only where the
 * object leaves it open (an error, an end marker): {@code /completions} is OpenAI's or llama.cpp's
 * own, {@code /api/chat} OpenAI's or Ollama's, by server.
 */
final class Recognition {
  private static final byte[] CHAT_OBJECT = Ascii.bytes("chat.completion");
  private static final byte[] COMPLETION_OBJECT = Ascii.bytes("text_completion");
  private static final byte[] ERROR = Ascii.bytes("error");

  private final JsonReader json = new JsonReader();
  private final Dialect pathSays;

  private boolean malformed;
  private boolean hasChoices;
  private boolean hasContent;
  private boolean hasStop;
  private boolean hasError;
  private Dialect shapeSays = Dialect.UNKNOWN;

  Recognition(RequestFacts request) {
    this.pathSays = byPath(request);
  }

  private static Dialect byPath(RequestFacts request) {
    if (request.operation() == Operation.CHAT) {
      return Dialect.OPENAI_CHAT;
    }
    boolean own = request.path().endsWith("/completion") || request.path().endsWith("/infill");
    return own ? Dialect.LLAMACPP_COMPLETION : Dialect.OPENAI_COMPLETIONS;
  }

  /** Whether the frame asked about last was no sound JSON. */
  boolean malformed() {
    return malformed;
  }

  /** What the frame is of; {@link Dialect#UNKNOWN} if it doesn't show that. */
  Dialect of(byte[] bytes, int start, int end) {
    malformed = false;
    if (DialectParser.isDone(bytes, start, end)) {
      return pathSays;
    }
    json.reset(bytes, start, end);
    hasChoices = false;
    hasContent = false;
    hasStop = false;
    hasError = false;
    shapeSays = Dialect.UNKNOWN;
    readFirstObject();
    malformed = !json.finished() && start < end;
    json.release();
    return malformed ? Dialect.UNKNOWN : verdict();
  }

  private Dialect verdict() {
    if (shapeSays != Dialect.UNKNOWN) {
      return shapeSays;
    }
    if (hasContent && hasStop && !hasChoices) {
      return Dialect.LLAMACPP_COMPLETION;
    }
    if (hasChoices) {
      boolean chat = pathSays == Dialect.OPENAI_CHAT;
      return chat ? Dialect.OPENAI_CHAT : Dialect.OPENAI_COMPLETIONS;
    }
    return hasError ? pathSays : Dialect.UNKNOWN;
  }

  private void readFirstObject() {
    if (json.peek() != JsonKind.ARRAY) {
      readObject();
      return;
    }
    // llama.cpp answers several prompts so, where it doesn't stream.
    json.enterArray();
    boolean first = true;
    while (json.nextElement()) {
      if (first) {
        readObject();
      } else {
        json.skipValue();
      }
      first = false;
    }
  }

  private void readObject() {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.CHOICES)) {
        hasChoices = json.peek() == JsonKind.ARRAY;
        choices();
      } else if (json.nameIs(FieldName.OBJECT)) {
        objectKind();
      } else if (json.nameIs(FieldName.CONTENT)) {
        hasContent = true;
        json.skipValue();
      } else if (json.nameIs(FieldName.STOP)) {
        hasStop = true;
        json.skipValue();
      } else if (json.nameIs(FieldName.ERROR)) {
        hasError |= json.peek() != JsonKind.NULL;
        json.skipValue();
      } else {
        json.skipValue();
      }
    }
  }

  private void objectKind() {
    if (!json.filledString()) {
      return;
    }
    if (json.stringStartsWith(CHAT_OBJECT)) {
      shapeSays = Dialect.OPENAI_CHAT;
    } else if (json.stringIs(COMPLETION_OBJECT)) {
      shapeSays = Dialect.OPENAI_COMPLETIONS;
    } else {
      hasError |= json.stringIs(ERROR);
    }
  }

  /** Servers differ in the object's name; a choice's own shape is as telling. */
  private void choices() {
    if (!json.enterArray()) {
      return;
    }
    while (json.nextElement()) {
      choice();
    }
  }

  private void choice() {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (shapeSays == Dialect.UNKNOWN
          && (json.nameIs(FieldName.DELTA) || json.nameIs(FieldName.MESSAGE))) {
        shapeSays = Dialect.OPENAI_CHAT;
      } else if (shapeSays == Dialect.UNKNOWN && json.nameIs(FieldName.TEXT)) {
        shapeSays = Dialect.OPENAI_COMPLETIONS;
      }
      json.skipValue();
    }
  }
}
