package dev.streamgauge.report.log;

/** Why a line is no part of the report. */
public enum Rejection implements Line {
  BLANK("blank", "nothing on it"),
  TOO_LONG("too_long", "longer than 1 MiB"),
  NOT_JSON("not_json", "no JSON object, or one that is cut off"),
  NOT_ACCESS_LOG("not_access_log", "JSON without the outcome and duration_ms of an access log"),
  BAD_VALUE("bad_value", "a field that the report reads has a value that it can't have");

  private final String label;
  private final String meaning;

  Rejection(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  public String label() {
    return label;
  }

  public String meaning() {
    return meaning;
  }
}
