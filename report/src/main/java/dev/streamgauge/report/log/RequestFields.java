package dev.streamgauge.report.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of one line while it is read; then its request. For one thread. */
final class RequestFields {
  /** Longer ones are cut: the proxy's own label is no longer either. */
  static final int NAME_CHARACTERS_MAX = 256;

  /** Twelve days; nothing that was measured is longer, and sums stay far from overflow. */
  private static final double MILLIS_MAX = 1L << 30;

  private static final double COUNT_MAX = 1e12;
  private static final double JOULES_MAX = 1e12;
  private static final Map<String, Outcome> OUTCOMES = outcomes();

  private boolean bad;
  private @Nullable Long atMillis;
  private @Nullable String requestId;
  private @Nullable String pod;
  private @Nullable String model;
  private @Nullable String slowBecause;
  private @Nullable String outcome;
  private boolean other;
  private boolean stream;
  private @Nullable Long duration;
  private @Nullable Long queue;
  private @Nullable Long connect;
  private @Nullable Long firstToken;
  private @Nullable Long lastToken;
  private @Nullable Long perOutputToken;
  private @Nullable Long gapP50;
  private @Nullable Long gapP99;
  private @Nullable Long gapMax;
  private @Nullable Long events;
  private @Nullable Long input;
  private @Nullable Long output;
  private @Nullable Long stalls;
  private @Nullable Double energyJoules;

  private static Map<String, Outcome> outcomes() {
    Map<String, Outcome> byLabel = new HashMap<>();
    for (Outcome outcome : Outcome.values()) {
      byLabel.put(outcome.label(), outcome);
    }
    return byLabel;
  }

  void clear() {
    bad = false;
    atMillis = null;
    requestId = null;
    pod = null;
    model = null;
    slowBecause = null;
    outcome = null;
    other = false;
    stream = false;
    duration = null;
    queue = null;
    connect = null;
    firstToken = null;
    lastToken = null;
    perOutputToken = null;
    gapP50 = null;
    gapP99 = null;
    gapMax = null;
    events = null;
    input = null;
    output = null;
    stalls = null;
    energyJoules = null;
  }

  /** Takes the value at which the parser stands, to its end. */
  void take(String name, JsonToken value, JsonParser parser) throws IOException {
    switch (name) {
      case "time" -> atMillis = time(value, parser);
      case "request_id" -> requestId = text(value, parser);
      case "pod" -> pod = text(value, parser);
      case "model" -> model = text(value, parser);
      case "operation" -> other = "other".equals(text(value, parser));
      case "slow_because" -> slowBecause = text(value, parser);
      case "outcome" -> outcome = text(value, parser);
      case "stream" -> stream = value == JsonToken.VALUE_TRUE;
      case "duration_ms" -> duration = micros(value, parser);
      case "queue_ms" -> queue = micros(value, parser);
      case "connect_ms" -> connect = micros(value, parser);
      case "ttft_ms" -> firstToken = micros(value, parser);
      case "last_token_ms" -> lastToken = micros(value, parser);
      case "tpot_ms" -> perOutputToken = micros(value, parser);
      case "gap_p50_ms" -> gapP50 = micros(value, parser);
      case "gap_p99_ms" -> gapP99 = micros(value, parser);
      case "gap_max_ms" -> gapMax = micros(value, parser);
      case "chunks" -> events = count(value, parser);
      case "input_tokens" -> input = count(value, parser);
      case "output_tokens" -> output = count(value, parser);
      case "stalls" -> stalls = count(value, parser);
      case "gpu" -> gpu(value, parser);
      default -> parser.skipChildren();
    }
  }

  private void gpu(JsonToken value, JsonParser parser) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      bad = true;
      parser.skipChildren();
      return;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken inner = parser.nextToken();
      if (name.equals("energy_joules")) {
        energyJoules = number(inner, parser, JOULES_MAX);
      } else {
        parser.skipChildren();
      }
    }
  }

  Line line() {
    if (outcome == null || duration == null) {
      return bad && (outcome != null || duration != null)
          ? Rejection.BAD_VALUE
          : Rejection.NOT_ACCESS_LOG;
    }
    Outcome known = OUTCOMES.get(outcome);
    if (bad || known == null) {
      return Rejection.BAD_VALUE;
    }
    return new LoggedRequest(
        atMillis,
        requestId,
        pod,
        model,
        other,
        stream,
        known,
        new LoggedRequest.Times(
            duration,
            queue,
            connect,
            firstToken,
            lastToken,
            perOutputToken,
            gapP50,
            gapP99,
            gapMax),
        new LoggedRequest.Tokens(events, input, output, stalls),
        energyJoules,
        slowBecause);
  }

  private @Nullable Long time(JsonToken value, JsonParser parser) throws IOException {
    String text = text(value, parser);
    Long millis = text == null ? null : LoggedTime.millis(text);
    bad |= millis == null;
    return millis;
  }

  private @Nullable String text(JsonToken value, JsonParser parser) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      bad = true;
      parser.skipChildren();
      return null;
    }
    String text = parser.getText();
    String cut =
        text.length() > NAME_CHARACTERS_MAX ? text.substring(0, NAME_CHARACTERS_MAX) : text;
    return cut.chars().anyMatch(c -> Character.isSurrogate((char) c)) ? wholePairs(cut) : cut;
  }

  /** Half of a pair, which JSON and our cut may leave, has no place in UTF-8: it becomes a ?. */
  private static String wholePairs(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private @Nullable Long micros(JsonToken value, JsonParser parser) throws IOException {
    Double millis = number(value, parser, MILLIS_MAX);
    return millis == null ? null : (Long) Math.round(millis * 1000);
  }

  private @Nullable Long count(JsonToken value, JsonParser parser) throws IOException {
    Double count = number(value, parser, COUNT_MAX);
    return count == null ? null : (Long) Math.round(count);
  }

  private @Nullable Double number(JsonToken value, JsonParser parser, double max)
      throws IOException {
    if (value == null || !value.isNumeric()) {
      bad = true;
      parser.skipChildren();
      return null;
    }
    double number = parser.getDoubleValue();
    // also false for what is too large for a double
    boolean fits = number >= 0 && number <= max;
    bad |= !fits;
    return fits ? (Double) number : null;
  }
}
