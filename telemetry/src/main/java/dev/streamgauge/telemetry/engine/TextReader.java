package dev.streamgauge.telemetry.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads Prometheus' text format 0.0.4 and OpenMetrics text 1.0, line by line. A line that is
 * neither a sample nor one of the known comments is passed over. Lines may end with CR and LF.
 */
final class TextReader {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final byte[] page;
  private final boolean openMetrics;
  private final PageLimits limits;
  private final PageBuilder builder;

  /** Where the line at hand is read, and where it ends. */
  private int at;

  private int end;

  /** The line at hand is none of these. */
  private boolean bad;

  /** Something of the line at hand is longer than it may be. */
  private boolean tooLong;

  TextReader(byte[] page, boolean openMetrics, PageLimits limits, PageBuilder builder) {
    this.page = page;
    this.openMetrics = openMetrics;
    this.limits = limits;
    this.builder = builder;
  }

  void read() {
    int next = 0;
    while (next < page.length) {
      int lineEnd = next;
      while (lineEnd < page.length && page[lineEnd] != '\n') {
        lineEnd++;
      }
      at = next;
      end = lineEnd > next && page[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
      if (openMetrics && isEndMark()) {
        return;
      }
      line();
      next = lineEnd + 1;
    }
  }

  /** What stands behind it is no part of the page (OpenMetrics 1.0, "EOF"). */
  private boolean isEndMark() {
    return end - at == 5 && startsWith("# EOF");
  }

  private void line() {
    if (end - at > limits.lineBytesMax()) {
      builder.leftOut();
      return;
    }
    bad = false;
    tooLong = false;
    skipBlanks();
    if (at == end) {
      return;
    }
    if (page[at] == '#') {
      comment();
    } else {
      sample();
    }
  }

  private void comment() {
    at++;
    skipBlanks();
    String kind = word();
    skipBlanks();
    switch (kind) {
      case "HELP" -> help();
      case "TYPE" -> type();
      case "UNIT" -> unit();
      default -> {
        // anything else is for people
      }
    }
  }

  private void help() {
    String name = name(true);
    skipBlanks();
    String text = unescaped(end, openMetrics);
    if (good()) {
      builder.help(name, text);
    }
  }

  private void type() {
    String name = name(true);
    skipBlanks();
    FamilyType type = FamilyType.of(word());
    bad |= type == null;
    if (good() && type != null) {
      builder.type(name, type);
    }
  }

  private void unit() {
    String name = name(true);
    skipBlanks();
    String unit = word();
    if (good() && !unit.isEmpty()) {
      builder.unit(name, unit);
    }
  }

  private void sample() {
    String name = name(true);
    SampleLabels labels = labels();
    skipBlanks();
    double value = number();
    Double time = time();
    Sample.Exemplar exemplar = exemplar();
    bad |= at < end;
    if (good()) {
      var _ = builder.sample(new Sample(name, labels, value, time, exemplar));
    }
  }

  private boolean good() {
    if (tooLong) {
      builder.leftOut();
    } else if (bad) {
      builder.malformed();
    }
    return !bad && !tooLong;
  }

  /** Milliseconds in the text format, seconds in OpenMetrics; null where there is none. */
  private @Nullable Double time() {
    skipBlanks();
    if (bad || at == end || page[at] == '#') {
      return null;
    }
    double time = number();
    bad |= !Double.isFinite(time);
    return openMetrics ? time : time / MILLIS_PER_SECOND;
  }

  private Sample.@Nullable Exemplar exemplar() {
    skipBlanks();
    if (bad || at == end || !openMetrics) {
      return null;
    }
    at++;
    skipBlanks();
    SampleLabels labels = labels();
    skipBlanks();
    double value = number();
    return new Sample.Exemplar(labels, value, time());
  }

  /** Empty where there are none; then {@link #bad} says whether that is right. */
  private SampleLabels labels() {
    skipBlanks();
    if (bad || at == end || page[at] != '{') {
      return SampleLabels.NONE;
    }
    at++;
    List<String> pairs = new ArrayList<>();
    skipBlanks();
    while (!bad && at < end && page[at] != '}') {
      pairs.add(name(false));
      skipBlanks();
      expect('=');
      skipBlanks();
      pairs.add(quoted());
      skipBlanks();
      if (at < end && page[at] == ',') {
        at++;
        skipBlanks();
      } else if (at < end && page[at] != '}') {
        bad = true;
      }
    }
    expect('}');
    tooLong |= pairs.size() > 2 * limits.labelsMax();
    SampleLabels sorted = bad || tooLong ? null : SampleLabels.sorted(pairs);
    bad |= sorted == null;
    return sorted == null ? SampleLabels.NONE : sorted;
  }

  private String quoted() {
    expect('"');
    int close = at;
    while (close < end && page[close] != '"') {
      close += page[close] == '\\' ? 2 : 1;
    }
    if (bad || close >= end) {
      bad = true;
      return "";
    }
    if (close - at > limits.labelBytesMax()) {
      tooLong = true;
      at = close + 1;
      return "";
    }
    String value = unescaped(close, true);
    at = close + 1;
    return value;
  }

  /** Up to there; {@code \n}, {@code \\} and, in labels, {@code \"} stand for one character. */
  private String unescaped(int to, boolean quotes) {
    int from = at;
    at = to;
    int first = from;
    while (first < to && page[first] != '\\') {
      first++;
    }
    if (first == to) {
      return new String(page, from, to - from, StandardCharsets.UTF_8);
    }
    byte[] text = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      byte c = page[i];
      byte next = i + 1 < to ? page[i + 1] : 0;
      boolean escape = c == '\\' && (next == '\\' || next == 'n' || (quotes && next == '"'));
      text[length++] = escape ? (next == 'n' ? (byte) '\n' : next) : c;
      i += escape ? 1 : 0;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** The name of a metric, in which a colon may be, or of a label. */
  private String name(boolean ofMetric) {
    int from = at;
    while (at < end && NameRules.allows(page[at], at == from, ofMetric)) {
      at++;
    }
    bad |= at == from;
    tooLong |= at - from > limits.labelBytesMax();
    return bad || tooLong ? "" : new String(page, from, at - from, StandardCharsets.US_ASCII);
  }

  private double number() {
    String text = word();
    Double value = bad ? null : NumberText.parse(text);
    bad |= value == null;
    return value == null ? 0 : value;
  }

  private String word() {
    int from = at;
    while (at < end && page[at] != ' ' && page[at] != '\t') {
      at++;
    }
    return new String(page, from, at - from, StandardCharsets.UTF_8);
  }

  private void expect(char c) {
    if (at < end && page[at] == c) {
      at++;
    } else {
      bad = true;
    }
  }

  private void skipBlanks() {
    while (at < end && (page[at] == ' ' || page[at] == '\t')) {
      at++;
    }
  }

  private boolean startsWith(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (page[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
