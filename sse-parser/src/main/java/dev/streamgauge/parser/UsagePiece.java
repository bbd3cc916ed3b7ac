package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * What one piece of OpenAI's chat or completions, or of TGI's own stream, shows of having been
 * asked for usage. All indexes are into the array that was read last.
 *
 * <p>What asking changes, read in the servers' sources and recorded side by side:
 *
 * <ul>
 *   <li>all: one piece more, with {@code "choices":[]} and {@code usage}, behind the finish reason;
 *   <li>vLLM 0.32.0: {@code system_fingerprint} goes from the finishing piece to that piece;
 *   <li>llama.cpp (xllamacpp 2026.10): {@code timings} goes from the finishing piece to that piece;
 *   <li>Ollama 0.17.4, completions: a usage of zeros in the other pieces, told by its {@code
 *       "system_fingerprint":"fp_ollama"};
 *   <li>vLLM up to 0.6 and OpenAI's own description: {@code "usage":null} in the other pieces.
 *       SGLang 0.5.23 writes it whether asked or not where it writes it at all; it is told by its
 *       {@code matched_stop};
 *   <li>TGI 1.0 to 3.3, its own stream: an object in place of {@code "details":null} in the last
 *       event.
 * </ul>
 */
public final class UsagePiece {
  private static final byte[] SYSTEM_FINGERPRINT = Ascii.bytes("system_fingerprint");
  private static final byte[] TIMINGS = Ascii.bytes("timings");
  private static final byte[] OLLAMA = Ascii.bytes("fp_ollama");
  private static final byte[] MATCHED_STOP = Ascii.bytes("matched_stop");

  /**
   * A field with the comma before it; empty where it is not there, or comes first. Of details the
   * value alone.
   */
  public static final class Range {
    private int start;
    private int end;

    void clear() {
      start = 0;
      end = 0;
    }

    void set(int from, int to) {
      start = from;
      end = to;
    }

    public boolean isEmpty() {
      return start == end;
    }

    public int start() {
      return start;
    }

    public int end() {
      return end;
    }
  }

  private final JsonReader json = new JsonReader();
  private final Range askedUsage = new Range();
  private final Range fingerprint = new Range();
  private final Range timings = new Range();
  private final Range details = new Range();
  private JsonKind usage = JsonKind.NONE;
  private int choices;
  private boolean choicesSeen;
  private boolean finishing;
  private boolean sglang;
  private boolean ollama;
  private boolean zeros;
  private boolean token;
  private int lastValueEnd;
  private boolean sound;

  /** Observes one JSON text; anything else than an object says nothing. */
  public void read(byte[] bytes, int start, int end) {
    clear();
    json.reset(bytes, start, end);
    if (json.peek() != JsonKind.OBJECT) {
      return;
    }
    json.enterObject();
    lastValueEnd = json.at;
    boolean first = true;
    while (json.nextField()) {
      boolean isFirst = first;
      first = false;
      field(isFirst);
    }
    sound = json.finished();
    json.release();
  }

  private void clear() {
    askedUsage.clear();
    fingerprint.clear();
    timings.clear();
    details.clear();
    token = false;
    usage = JsonKind.NONE;
    choices = 0;
    choicesSeen = false;
    finishing = false;
    sglang = false;
    ollama = false;
    zeros = false;
    sound = false;
  }

  private void field(boolean first) {
    int nameAt = json.nameStart() - 1;
    int from = lastValueEnd;
    @Nullable Range range = null;
    if (json.nameIs(FieldName.CHOICES)) {
      readChoices();
    } else if (json.nameIs(FieldName.USAGE)) {
      usage = json.peek();
      range = askedUsage;
      readUsage();
    } else if (json.nameIs(FieldName.DETAILS)) {
      readDetails();
    } else {
      token |= json.nameIs(FieldName.TOKEN);
      range = moved();
    }
    lastValueEnd = json.at;
    if (range != null && !first && nameAt > from) {
      range.set(from, lastValueEnd);
    }
  }

  private void readUsage() {
    if (!json.enterObject()) {
      return;
    }
    zeros = true;
    while (json.nextField()) {
      zeros &= json.readCount() == 0;
    }
  }

  private void readDetails() {
    boolean given = json.peek() == JsonKind.OBJECT;
    int at = json.at;
    json.skipValue();
    if (given) {
      details.set(at, json.at);
    }
  }

  private @Nullable Range moved() {
    boolean given = json.peek() != JsonKind.NULL;
    Range range = null;
    if (json.nameIs(SYSTEM_FINGERPRINT)) {
      range = fingerprint;
      ollama = json.filledString() && json.stringIs(OLLAMA);
    } else {
      range = json.nameIs(TIMINGS) ? timings : null;
      json.skipValue();
    }
    return given ? range : null;
  }

  private void readChoices() {
    choicesSeen = json.peek() == JsonKind.ARRAY;
    if (!json.enterArray()) {
      return;
    }
    while (json.nextElement()) {
      choices++;
      if (json.enterObject()) {
        readChoice();
      }
    }
  }

  private void readChoice() {
    while (json.nextField()) {
      if (json.nameIs(FieldName.FINISH_REASON)) {
        finishing |= json.filledString();
      } else {
        sglang |= json.nameIs(MATCHED_STOP);
        json.skipValue();
      }
    }
  }

  /** Usage and nothing else: there because it was asked for. */
  public boolean extra() {
    return sound && choicesSeen && choices == 0 && usage == JsonKind.OBJECT;
  }

  /** Usage in a piece with choices, which nobody asked for. */
  public boolean ownUsage() {
    return sound && choices > 0 && usage == JsonKind.OBJECT && !isPlaceholder();
  }

  private boolean isPlaceholder() {
    return ollama && zeros;
  }

  /** Has a finish reason. */
  public boolean finishing() {
    return sound && finishing;
  }

  /** A null or zeros for usage that are there because it was asked for; else empty. */
  public Range askedUsage() {
    boolean asked = (usage == JsonKind.NULL && !sglang) || isPlaceholder();
    if (!sound || choices == 0 || !asked) {
      askedUsage.clear();
    }
    return askedUsage;
  }

  /** The value that a {@code null} is where nobody asked; empty if this is no event of TGI's. */
  public Range details() {
    if (!sound || !token || choicesSeen) {
      details.clear();
    }
    return details;
  }

  public Range fingerprint() {
    return fingerprint;
  }

  public Range timings() {
    return timings;
  }

  /** Behind the last field's value: where one more may be put. */
  public int lastValueEnd() {
    return lastValueEnd;
  }
}
