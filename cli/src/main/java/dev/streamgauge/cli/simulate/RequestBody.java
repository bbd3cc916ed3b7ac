package dev.streamgauge.cli.simulate;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a JSON request body of any length as it passes, in constant memory: it keeps the few top
 * level scalars that decide the answer, and those of {@code stream_options} and of the objects that
 * hold Ollama's, SGLang's and TGI's options. Whether it is JSON at all is known to {@link
 * JsonCheck}; of types those are checked that decide the answer.
 */
final class RequestBody {
  /** Of answers to a prompt, and of prompts. */
  private static final int EACH_MAX = 128;

  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]+");

  private final JsonCheck check = new JsonCheck();
  private final KeptText piece = new KeptText();
  private long bytes;
  private int depth;
  private boolean inString;
  private boolean expectsValue;
  private boolean valueQuoted;
  private boolean inPrompts;
  private boolean inInputs;
  private String key = "";
  private String outerKey = "";

  private @Nullable String model;
  private @Nullable Boolean stream;
  private boolean progress;
  private boolean details;
  private boolean forTgi;
  private boolean textBesideIds;
  private boolean includeUsage;
  private boolean continuousUsage;
  private boolean ignoreEos;
  private boolean logprobs;
  private boolean tokenIds;
  private int choices = 1;
  private int prompts;
  private int inputs;
  private @Nullable Refusal choicesRefusal;
  private @Nullable Refusal typeRefusal;
  private @Nullable Long tokensMax;

  void read(byte[] array, int start, int end) {
    bytes += end - start;
    for (int i = start; i < end; i++) {
      check.read(array[i]);
      read(array[i]);
    }
  }

  private void read(byte b) {
    if (inString) {
      readInString(b);
      return;
    }
    switch (b) {
      case '"' -> {
        inString = true;
        valueQuoted = true;
        piece.clear();
      }
      case ':' -> {
        key = piece.text();
        valueQuoted = false;
        piece.clear();
        expectsValue = true;
      }
      case '{', '[' -> open(b == '[');
      case '}', ']' -> close();
      case ',' -> endOfValue();
      case ' ', '\t', '\r', '\n' -> {}
      default -> piece.keep(b);
    }
  }

  private void readInString(byte b) {
    if (piece.readInString(b)) {
      inString = false;
      countPrompt();
    }
  }

  private void open(boolean list) {
    if (depth == 1) {
      outerKey = key;
      inPrompts = list && (key.equals("prompt") || key.equals("text"));
      inInputs = list && key.equals("input");
      if (expectsValue) {
        checkType(key, list ? "a list" : "an object", list ? Kind.LIST : Kind.OBJECT);
      }
    } else {
      countPrompt();
    }
    depth++;
    piece.clear();
    expectsValue = false;
  }

  private void close() {
    endOfValue();
    depth--;
    expectsValue = false;
  }

  /** Texts, or lists of token ids; a list of ids alone is one prompt. */
  private void countPrompt() {
    if (inInputs && depth == 2) {
      inputs++;
    }
    if (inPrompts && depth == 2) {
      prompts++;
      if (prompts > EACH_MAX) {
        choicesRefusal = new Refusal("at most " + EACH_MAX + " prompts (simulated)", null);
      }
    }
  }

  private void endOfValue() {
    if (expectsValue && depth == 1) {
      topLevel(key, piece.text());
    } else if (expectsValue && depth == 2) {
      nested(key, piece.text());
    }
    expectsValue = false;
    piece.clear();
  }

  private void nested(String name, String value) {
    switch (outerKey) {
      case "stream_options" -> streamOption(name, value);
      // Ollama's, SGLang's and vLLM's, TGI's.
      case "options", "sampling_params", "parameters" -> samplingOption(name, value);
      default -> {}
    }
  }

  private void samplingOption(String name, String value) {
    switch (name) {
      case "num_predict", "max_new_tokens", "max_tokens" -> tokensMax = count(value);
      case "n" -> readChoices(value);
      case "ignore_eos" -> ignoreEos = value.equals("true");
      case "details" -> details = value.equals("true");
      default -> {}
    }
  }

  /** What a value is, as far as that decides whether it is refused. */
  private enum Kind {
    TEXT,
    WHOLE_NUMBER,
    OTHER_NUMBER,
    FLAG,
    NULL,
    LIST,
    OBJECT
  }

  private Kind kind(String value) {
    if (valueQuoted) {
      return Kind.TEXT;
    }
    return switch (value) {
      case "true", "false" -> Kind.FLAG;
      case "null" -> Kind.NULL;
      default -> WHOLE_NUMBER.matcher(value).matches() ? Kind.WHOLE_NUMBER : Kind.OTHER_NUMBER;
    };
  }

  /** Null is of any type: it leaves the matter to the server. */
  private void checkType(String name, String found, Kind kind) {
    switch (name) {
      case "n" -> {
        if (kind != Kind.WHOLE_NUMBER && kind != Kind.NULL) {
          choicesRefusal = Refusal.ofField(name, found, "a whole number");
        }
      }
      case "max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict" -> {
        if (kind != Kind.WHOLE_NUMBER && kind != Kind.NULL) {
          typeRefusal = Refusal.ofField(name, found, "a whole number");
        }
      }
      case "stream" -> {
        if (kind != Kind.FLAG && kind != Kind.NULL) {
          typeRefusal = Refusal.ofField(name, found, "true or false");
        }
      }
      case "prompt" -> {
        if (kind != Kind.TEXT && kind != Kind.LIST && kind != Kind.NULL) {
          typeRefusal = Refusal.ofField(name, found, "a text or a list");
        }
      }
      default -> {}
    }
  }

  private void topLevel(String name, String value) {
    checkType(name, valueQuoted ? '"' + value + '"' : value, kind(value));
    switch (name) {
      case "model" -> model = value;
      case "stream" -> stream = value.equals("true");
      case "return_progress" -> progress = value.equals("true");
      case "inputs" -> forTgi = true;
      case "output_mode" -> textBesideIds = value.equals("text");
      case "n" -> readChoices(value);
      // Of chat a flag, of completions how many alternatives; 0 asks for the token's own.
      case "logprobs" -> logprobs = !value.equals("false") && !value.equals("null");
      case "return_token_ids" -> tokenIds = value.equals("true");
      case "ignore_eos" -> ignoreEos = value.equals("true");
      case "max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict" ->
          tokensMax = count(value);
      default -> {}
    }
  }

  private void streamOption(String name, String value) {
    switch (name) {
      case "include_usage" -> includeUsage = value.equals("true");
      case "continuous_usage_stats" -> continuousUsage = value.equals("true");
      default -> {}
    }
  }

  /** Null leaves it to the server. */
  private void readChoices(String value) {
    if (valueQuoted || !WHOLE_NUMBER.matcher(value).matches()) {
      return; // null, or of a type that is refused
    }
    BigInteger count = new BigInteger(value);
    if (count.signum() <= 0) {
      choicesRefusal = new Refusal("n must be at least 1, got " + value + ".", null);
    } else if (count.compareTo(BigInteger.valueOf(EACH_MAX)) > 0) {
      choicesRefusal = new Refusal("n must be at most " + EACH_MAX + ", got " + value + ".", null);
    } else {
      choices = count.intValue();
    }
  }

  private static @Nullable Long count(String value) {
    try {
      long count = Long.parseLong(value);
      return count > 0 ? count : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Nullable String model() {
    return model;
  }

  /** What it says of streaming; null if nothing. */
  @Nullable Boolean stream() {
    return stream;
  }

  /** Whether the prompt's progress is to be told. */
  boolean progress() {
    return progress;
  }

  /** Whether TGI's last event is to say how it ended. */
  boolean details() {
    return details;
  }

  /** Whether the prompt is where TGI has it. */
  boolean forTgi() {
    return forTgi;
  }

  /** Whether vLLM's generate is to send the text, too. */
  boolean textBesideIds() {
    return textBesideIds;
  }

  /** How many texts are to be embedded. */
  int inputs() {
    return Math.clamp(inputs, 1, EACH_MAX);
  }

  boolean includeUsage() {
    return includeUsage;
  }

  boolean continuousUsage() {
    return continuousUsage;
  }

  boolean ignoreEos() {
    return ignoreEos;
  }

  /** Why it cannot be answered, whatever the path; null if it can. No body at all is let pass. */
  @Nullable Refusal refusal() {
    if (bytes > 0 && !check.sound()) {
      return new Refusal(
          "the body is no JSON object: sound up to byte " + check.soundBytes() + " (simulated)",
          null);
    }
    return typeRefusal;
  }

  /** Why there can't be so many answers as are asked for; null if there can. */
  @Nullable Refusal choicesRefusal() {
    return choicesRefusal;
  }

  /** How many answers: so many to each prompt, one prompt's behind those of the one before. */
  int choices() {
    return choices * Math.max(1, prompts);
  }

  boolean logprobs() {
    return logprobs;
  }

  boolean tokenIds() {
    return tokenIds;
  }

  @Nullable Long tokensMax() {
    return tokensMax;
  }

  /** A guess that is the same for the same body: a token for each four bytes. */
  long promptTokens() {
    return Math.max(1, (bytes + 3) / 4);
  }
}
