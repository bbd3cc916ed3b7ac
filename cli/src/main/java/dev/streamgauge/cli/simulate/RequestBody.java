package dev.streamgauge.cli.simulate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a JSON request body of any length as it passes, in constant memory: it keeps the few top
 * level scalars that decide the answer, and those of {@code stream_options}. Not a validator.
 */
final class RequestBody {
  /** Longest name or value that is kept; longer ones are cut. */
  private static final int KEPT_BYTES_MAX = 256;

  private static final int CHOICES_MAX = 128;

  private final byte[] piece = new byte[KEPT_BYTES_MAX];
  private int pieceLength;
  private long bytes;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean expectsValue;
  private String key = "";
  private String outerKey = "";

  private @Nullable String model;
  private boolean stream;
  private boolean includeUsage;
  private boolean continuousUsage;
  private boolean ignoreEos;
  private boolean logprobs;
  private boolean tokenIds;
  private int choices = 1;
  private @Nullable Long tokensMax;

  void read(byte[] array, int start, int end) {
    bytes += end - start;
    for (int i = start; i < end; i++) {
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
        pieceLength = 0;
      }
      case ':' -> {
        key = text();
        pieceLength = 0;
        expectsValue = true;
      }
      case '{', '[' -> open();
      case '}', ']' -> close();
      case ',' -> endOfValue();
      case ' ', '\t', '\r', '\n' -> {}
      default -> keep(b);
    }
  }

  private void readInString(byte b) {
    if (escaped) {
      escaped = false;
      keep(b);
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      inString = false;
    } else {
      keep(b);
    }
  }

  private void keep(byte b) {
    if (depth <= 2 && pieceLength < KEPT_BYTES_MAX) {
      piece[pieceLength++] = b;
    }
  }

  private void open() {
    if (depth == 1) {
      outerKey = key;
    }
    depth++;
    pieceLength = 0;
    expectsValue = false;
  }

  private void close() {
    endOfValue();
    depth--;
    expectsValue = false;
  }

  private void endOfValue() {
    if (expectsValue && depth == 1) {
      topLevel(key, text());
    } else if (expectsValue && depth == 2 && outerKey.equals("stream_options")) {
      streamOption(key, text());
    }
    expectsValue = false;
    pieceLength = 0;
  }

  private void topLevel(String name, String value) {
    switch (name) {
      case "model" -> model = value;
      case "stream" -> stream = value.equals("true");
      case "n" -> choices = choices(value);
      // Of chat a flag, of completions how many alternatives; 0 asks for the token's own.
      case "logprobs" -> logprobs = !value.equals("false") && !value.equals("null");
      case "return_token_ids" -> tokenIds = value.equals("true");
      case "ignore_eos" -> ignoreEos = value.equals("true");
      case "max_tokens", "max_completion_tokens", "n_predict" -> tokensMax = count(value);
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

  private static int choices(String value) {
    Long count = count(value);
    return count == null ? 1 : (int) Math.min(count, CHOICES_MAX);
  }

  private static @Nullable Long count(String value) {
    try {
      long count = Long.parseLong(value);
      return count > 0 ? count : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private String text() {
    return new String(Arrays.copyOf(piece, pieceLength), StandardCharsets.UTF_8);
  }

  @Nullable String model() {
    return model;
  }

  boolean stream() {
    return stream;
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

  /** How many answers to the same prompt. */
  int choices() {
    return choices;
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
