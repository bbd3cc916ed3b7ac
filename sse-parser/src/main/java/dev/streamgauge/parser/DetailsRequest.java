package dev.streamgauge.parser;

import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole request body to TGI's own stream for where {@code "details":true} has to be put.
 * That is into the client's own {@code parameters} only: without any TGI samples, and with empty
 * ones it does not (1.4 to 3.3), so that adding them would change the answer. Fields that come
 * twice or with escapes in their name are left alone. Used once.
 */
final class DetailsRequest {
  private static final String ASK = "\"details\":true";
  private static final int NAME_CHARS_MAX = 32;

  private enum Name {
    INPUTS,
    STREAM,
    PARAMETERS,
    DETAILS,
    ANY
  }

  private final JsonReader json = new JsonReader();
  private final EnumSet<Name> seen = EnumSet.noneOf(Name.class);
  private boolean streaming;
  private boolean inputs;
  private boolean ambiguous;
  private @Nullable UsageSplice splice;

  private DetailsRequest(boolean streaming) {
    this.streaming = streaming;
  }

  /**
   * Observes the body, which must be whole.
   *
   * @param streams whether the path streams, whatever the body says
   */
  static UsageSplice read(byte[] body, int start, int end, boolean streams) {
    return new DetailsRequest(streams).splice(body, start, end, streams);
  }

  private UsageSplice splice(byte[] body, int start, int end, boolean streams) {
    json.reset(body, start, end);
    if (json.peek() != JsonKind.OBJECT) {
      return UsageSplice.none(UsageInjection.NOT_JSON);
    }
    json.enterObject();
    while (json.nextField()) {
      field(streams);
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
    UsageSplice found = splice;
    return found == null || !inputs ? UsageSplice.none(UsageInjection.NO_PARAMETERS) : found;
  }

  private void field(boolean streams) {
    switch (name()) {
      case INPUTS -> inputs = json.filledString();
      case STREAM -> streaming = json.isTrue() || streams;
      case PARAMETERS -> parameters();
      case DETAILS, ANY -> json.skipValue();
    }
  }

  private void parameters() {
    if (!json.enterObject()) {
      return;
    }
    int inside = json.at;
    boolean empty = true;
    @Nullable UsageSplice said = null;
    while (json.nextField()) {
      empty = false;
      if (name() == Name.DETAILS) {
        said = details();
      } else {
        json.skipValue();
      }
    }
    splice = said == null ? UsageSplice.of(inside, 0, empty ? ASK : ASK + ",") : said;
  }

  private UsageSplice details() {
    JsonKind kind = json.peek();
    json.skipValue();
    return switch (kind) {
      case TRUE -> UsageSplice.none(UsageInjection.ALREADY_ASKED);
      case FALSE -> UsageSplice.none(UsageInjection.DECLINED);
      case OBJECT, ARRAY, STRING, NUMBER, NULL, NONE -> UsageSplice.none(UsageInjection.AMBIGUOUS);
    };
  }

  /** Which field stands here. */
  private Name name() {
    String plain = json.rangeString(json.nameStart(), json.nameEnd(), NAME_CHARS_MAX);
    Name name =
        switch (plain) {
          case "inputs" -> Name.INPUTS;
          case "stream" -> Name.STREAM;
          case "parameters" -> Name.PARAMETERS;
          case "details" -> Name.DETAILS;
          default -> Name.ANY;
        };
    if (name != Name.ANY) {
      boolean escaped = json.nameEnd() - json.nameStart() != plain.length();
      ambiguous |= escaped || !seen.add(name);
    }
    return name;
  }
}
