package dev.streamgauge.telemetry.live;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object into memory, in ASCII: all else is escaped, so that nothing that came from
 * outside can end a string, a line or an event. Null and what is no number become {@code null} in a
 * list and no field in an object. One thread.
 */
final class JsonText {
  private static final String HEX = "0123456789abcdef";
  private static final double THOUSAND = 1000;

  private final StringBuilder text;
  private boolean first = true;

  JsonText(int charsExpected) {
    text = new StringBuilder(charsExpected);
  }

  /** As the data of a server-sent event of that name; WHATWG HTML section 9.2. */
  byte[] event(String name) {
    return ("event: " + name + "\ndata: " + text + "\n\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  JsonText open() {
    return begin('{');
  }

  JsonText open(String name) {
    return name(name).begin('{');
  }

  JsonText openList(String name) {
    return name(name).begin('[');
  }

  JsonText openList() {
    return begin('[');
  }

  private JsonText begin(char bracket) {
    comma();
    text.append(bracket);
    first = true;
    return this;
  }

  JsonText close() {
    text.append('}');
    first = false;
    return this;
  }

  JsonText closeList() {
    text.append(']');
    first = false;
    return this;
  }

  private JsonText name(String name) {
    string(name);
    text.append(':');
    first = true; // its value has no comma before it
    return this;
  }

  JsonText field(String name, @Nullable String value) {
    return value == null ? this : name(name).string(value);
  }

  JsonText field(String name, long value) {
    return name(name).number(value);
  }

  JsonText field(String name, boolean value) {
    name(name).comma();
    text.append(value);
    return this;
  }

  JsonText field(String name, @Nullable Number value) {
    return value == null || !Double.isFinite(value.doubleValue())
        ? this
        : name(name).number(value.doubleValue());
  }

  JsonText nothing() {
    comma();
    text.append("null");
    return this;
  }

  JsonText number(long value) {
    comma();
    text.append(value);
    return this;
  }

  /** With three decimals at most. */
  JsonText number(double value) {
    if (!Double.isFinite(value)) {
      return nothing();
    }
    comma();
    long thousandths = Math.round(value * THOUSAND);
    if (thousandths % 1000 == 0) {
      text.append(thousandths / 1000);
    } else {
      text.append(thousandths / THOUSAND);
    }
    return this;
  }

  JsonText string(@Nullable String value) {
    if (value == null) {
      return nothing();
    }
    comma();
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      escaped(value.charAt(i));
    }
    text.append('"');
    return this;
  }

  private void comma() {
    if (!first) {
      text.append(',');
    }
    first = false;
  }

  private void escaped(char c) {
    if (c >= ' ' && c < 0x7F && c != '"' && c != '\\' && c != '<') {
      text.append(c);
    } else {
      text.append("\\u");
      for (int shift = 12; shift >= 0; shift -= 4) {
        text.append(HEX.charAt((c >> shift) & 0xF));
      }
    }
  }
}
