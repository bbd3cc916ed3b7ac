package dev.streamgauge.parser;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One JSON object of OpenAI's dialects, read but not yet told. One object, used for each frame. */
final class OpenAiFrame {
  private static final byte[] OLLAMA_FINGERPRINT = Ascii.bytes("fp_ollama");
  private static final byte[] CHAT = Ascii.bytes("chat.completion");
  private static final byte[] TEXT = Ascii.bytes("text_completion");

  final UsageCounts usage = new UsageCounts();
  final EngineTimings timings = new EngineTimings();
  final VllmMetrics metrics = new VllmMetrics();
  final ErrorText error = new ErrorText();

  int modelStart;
  int modelEnd;

  /** Whether it was an object at all, rather than null. */
  boolean object;

  /** What it calls itself in {@code object}; {@link Dialect#UNKNOWN} for all other names. */
  Dialect named = Dialect.UNKNOWN;

  /** Grows with the choices of one frame, of which there is mostly one. */
  private OpenAiChoice[] choices = {new OpenAiChoice()};

  private int choiceCount;
  private boolean emptyTextIsNoToken;
  private boolean shapely;

  /** The token ids are what is asked for, and a text beside them is an extra. */
  private final boolean idsAreOutput;

  OpenAiFrame(boolean idsAreOutput) {
    this.idsAreOutput = idsAreOutput;
  }

  int choiceCount() {
    return choiceCount;
  }

  OpenAiChoice choice(int i) {
    return choices[i];
  }

  /** False if it was no sound JSON, or not of the dialect's shape. */
  boolean read(JsonReader json) {
    clear();
    switch (json.peek()) {
      case OBJECT -> {
        object = true;
        json.enterObject();
        while (json.nextField()) {
          field(json);
        }
      }
      // llama.cpp's completions of several prompts begin with it.
      case NULL -> json.skipValue();
      case ARRAY, STRING, NUMBER, TRUE, FALSE, NONE -> shapely = false;
    }
    return shapely && json.finished();
  }

  private void clear() {
    usage.clear();
    timings.clear();
    metrics.clear();
    error.clear();
    modelStart = 0;
    modelEnd = 0;
    object = false;
    named = Dialect.UNKNOWN;
    choiceCount = 0;
    emptyTextIsNoToken = false;
    shapely = true;
  }

  private void field(JsonReader json) {
    if (json.nameIs(FieldName.CHOICES)) {
      choices(json);
    } else if (json.nameIs(FieldName.USAGE)) {
      usage.read(json);
    } else if (json.nameIs(FieldName.TIMINGS)) {
      emptyTextIsNoToken = true;
      timings.read(json);
    } else if (json.nameIs(FieldName.METRICS)) {
      metrics.read(json);
    } else if (json.nameIs(FieldName.MODEL)) {
      if (json.filledString()) {
        modelStart = json.stringStart();
        modelEnd = json.stringEnd();
      }
    } else if (json.nameIs(FieldName.OBJECT)) {
      named = error.readObjectKind(json) ? named(json) : Dialect.UNKNOWN;
    } else if (json.nameIs(FieldName.SYSTEM_FINGERPRINT)) {
      fingerprint(json);
    } else if (json.nameIs(FieldName.PROMPT_PROGRESS)) {
      emptyTextIsNoToken |= json.peek() != JsonKind.NULL;
      json.skipValue();
    } else if (!error.readField(json)) {
      json.skipValue();
    }
  }

  /** As {@link Recognition} takes it; an escape in the name is left to that. */
  private static Dialect named(JsonReader json) {
    if (json.stringStartsWith(CHAT)) {
      return Dialect.OPENAI_CHAT;
    }
    return json.stringIs(TEXT) ? Dialect.OPENAI_COMPLETIONS : Dialect.UNKNOWN;
  }

  private void choices(JsonReader json) {
    choiceCount = 0;
    JsonKind kind = json.peek();
    if (kind != JsonKind.ARRAY) {
      shapely &= kind == JsonKind.NULL;
      json.skipValue();
      return;
    }
    json.enterArray();
    while (json.nextElement()) {
      if (choiceCount == DialectParser.CHOICES_MAX) {
        json.skipValue();
      } else {
        shapely &= nextChoice().read(json);
      }
      if (!shapely) {
        return;
      }
    }
  }

  private OpenAiChoice nextChoice() {
    if (choiceCount == choices.length) {
      choices = Arrays.copyOf(choices, choiceCount + 1);
      choices[choiceCount] = new OpenAiChoice();
    }
    return choices[choiceCount++];
  }

  /** llama.cpp's is b, the build number and a hash. */
  private void fingerprint(JsonReader json) {
    int length = json.stringLength();
    emptyTextIsNoToken |=
        (length > 0 && json.stringStartsWith(OLLAMA_FINGERPRINT))
            || (length > 2 && json.stringStartsAsBuildNumber());
  }

  /**
   * What the choice's token event is of; null if it is none. An empty text of a completion is one:
   * vLLM, SGLang and TensorRT-LLM send it for a token that completes no character, or a special
   * one. llama.cpp and Ollama hold such a token back instead, and their empty texts are structure.
   * In chat vLLM drops such pieces, and an empty content is structure, but for TensorRT-LLM's.
   */
  @Nullable TokenKind tokenKind(OpenAiChoice choice) {
    if (idsAreOutput) {
      return choice.carriesIds() ? TokenKind.TEXT : choice.kind;
    }
    return choice.emptyText && !emptyTextIsNoToken ? TokenKind.TEXT : choice.kind;
  }
}
