package dev.streamgauge.telemetry;

/** The name of a field, as text and as the bytes of a line. */
public final class FieldName {
  private final String text;
  private final byte[] ascii;

  FieldName(String text) {
    this.text = text;
    this.ascii = LogBytes.ascii(text);
  }

  public String text() {
    return text;
  }

  /** Not copied, not changed. */
  byte[] ascii() {
    return ascii;
  }
}
