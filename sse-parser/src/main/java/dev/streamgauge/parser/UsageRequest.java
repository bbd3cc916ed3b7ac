package dev.streamgauge.parser;

import java.util.EnumSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole request body for where {@code "stream_options":{"include_usage":true}} has to be
 * put. Anything that two servers could read in two ways is left alone: fields that come twice, in
 * another case (Go's decoder takes those, too) or with escapes in their name. Used once.
 */
public final class UsageRequest {
  private static final int NAME_CHARS_MAX = 64;
  private static final String ASK = "\"include_usage\":true";

  private enum Name {
    STREAM,
    STREAM_OPTIONS,
    INCLUDE_USAGE,
    CONTINUOUS_USAGE_STATS,
    N,
    PROMPT,
    ANY
  }

  private final JsonReader json = new JsonReader();
  private final EnumSet<Name> seen = EnumSet.noneOf(Name.class);
  private boolean ambiguous;
  private boolean streaming;
  private boolean several;
  private UsageSplice splice = UsageSplice.none(UsageInjection.NOT_JSON);

  private UsageRequest() {}

  /** Observes the body, which must be whole; what is put where depends on the path. */
  public static UsageSplice read(String path, byte[] body, int start, int end) {
    return RequestReader.canAskDetails(path)
        ? DetailsRequest.read(body, start, end, RequestReader.streamsAsTgi(path))
        : read(body, start, end);
  }

  /** Of OpenAI's chat or completions. */
  static UsageSplice read(byte[] body, int start, int end) {
    return new UsageRequest().splice(body, start, end);
  }

  private UsageSplice splice(byte[] body, int start, int end) {
    json.reset(body, start, end);
    if (json.peek() != JsonKind.OBJECT) {
      return splice;
    }
    json.enterObject();
    splice = UsageSplice.of(json.at, 0, "\"stream_options\":{" + ASK + "},");
    while (json.nextField()) {
      field();
    }
    if (!json.finished()) {
      return UsageSplice.none(UsageInjection.NOT_JSON);
    }
    if (ambiguous) {
      return UsageSplice.none(UsageInjection.AMBIGUOUS);
    }
    if (!streaming) {
      return UsageSplice.none(UsageInjection.NOT_STREAMING);
    }
    boolean asks = splice.result() == UsageInjection.INJECTED;
    return asks && several ? UsageSplice.none(UsageInjection.SEVERAL_CHOICES) : splice;
  }

  private void field() {
    switch (name()) {
      case STREAM -> streaming = json.isTrue();
      case STREAM_OPTIONS -> options();
      case N -> {
        long count = json.readCount();
        several |= count != 1 && count != StreamSink.UNKNOWN;
      }
      case PROMPT -> several |= isSeveralPrompts();
      case INCLUDE_USAGE, CONTINUOUS_USAGE_STATS, ANY -> json.skipValue();
    }
  }

  private void options() {
    JsonKind kind = json.peek();
    int at = json.at;
    if (kind == JsonKind.NULL) {
      splice = UsageSplice.of(at, "null".length(), "{" + ASK + "}");
      json.skipValue();
      return;
    }
    ambiguous |= kind != JsonKind.OBJECT;
    if (!json.enterObject()) {
      return;
    }
    int inside = json.at;
    boolean empty = true;
    @Nullable UsageSplice said = null;
    while (json.nextField()) {
      empty = false;
      Name name = name();
      if (name == Name.INCLUDE_USAGE) {
        said = includeUsage();
      } else {
        ambiguous |= json.isTrue() && name == Name.CONTINUOUS_USAGE_STATS;
      }
    }
    splice = said == null ? UsageSplice.of(inside, 0, empty ? ASK : ASK + ",") : said;
  }

  private UsageSplice includeUsage() {
    JsonKind kind = json.peek();
    int at = json.at;
    json.skipValue();
    return switch (kind) {
      case TRUE -> UsageSplice.none(UsageInjection.ALREADY_ASKED);
      case FALSE -> UsageSplice.none(UsageInjection.DECLINED);
      case NULL -> UsageSplice.of(at, "null".length(), "true");
      case OBJECT, ARRAY, STRING, NUMBER, NONE -> UsageSplice.none(UsageInjection.AMBIGUOUS);
    };
  }

  /** One prompt may be an array of token ids, or an array that holds one string. */
  private boolean isSeveralPrompts() {
    if (!json.enterArray()) {
      return false;
    }
    int others = 0;
    while (json.nextElement()) {
      others += json.peek() == JsonKind.NUMBER ? 0 : 1;
      json.skipValue();
    }
    return others > 1;
  }

  /** Which field stands here; one that is ours in a spelling that is not is ambiguous. */
  private Name name() {
    String plain = json.rangeString(json.nameStart(), json.nameEnd(), NAME_CHARS_MAX);
    String lower = plain.toLowerCase(Locale.ROOT);
    Name name =
        switch (lower) {
          case "stream" -> Name.STREAM;
          case "stream_options" -> Name.STREAM_OPTIONS;
          case "include_usage" -> Name.INCLUDE_USAGE;
          case "continuous_usage_stats" -> Name.CONTINUOUS_USAGE_STATS;
          case "n" -> Name.N;
          case "prompt" -> Name.PROMPT;
          default -> Name.ANY;
        };
    if (name != Name.ANY) {
      boolean escaped = json.nameEnd() - json.nameStart() != lower.length();
      ambiguous |= escaped || !plain.equals(lower) || !seen.add(name);
    }
    return name;
  }
}
