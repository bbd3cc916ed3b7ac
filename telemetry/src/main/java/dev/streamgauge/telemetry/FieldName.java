package dev.streamgauge.telemetry;

/** The name of a field, as text and as the bytes of a line. */
public final class FieldName {
  private static final int NO_PLACE = -1;

  private final String text;
  private final byte[] ascii;
  private final byte[] json;
  private final int constantPlace;

  FieldName(String text) {
    this(text, NO_PLACE);
  }

  private FieldName(String text, int constantPlace) {
    this.text = text;
    this.ascii = LogBytes.ascii(text);
    this.json = LogBytes.ascii(",\"" + text + "\":");
    this.constantPlace = constantPlace;
  }

  /**
   * One whose values are constants, the same objects again and again.
   *
   * @param place among such fields
   */
  static FieldName ofConstants(String text, int place) {
    return new FieldName(text, place);
  }

  public String text() {
    return text;
  }

  /** Not copied, not changed. */
  byte[] ascii() {
    return ascii;
  }

  /** With quotes, the comma ahead and the colon behind. Not copied, not changed. */
  byte[] json() {
    return json;
  }

  /** Below 0 for a field with any values. */
  int constantPlace() {
    return constantPlace;
  }
}
