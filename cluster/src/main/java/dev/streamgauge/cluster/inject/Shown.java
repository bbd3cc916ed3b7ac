package dev.streamgauge.cluster.inject;

/** What somebody else wrote, made fit for one line of a message. */
final class Shown {
  private static final int CHARACTERS_MAX = 120;

  private Shown() {}

  static String text(String text) {
    boolean cut = text.length() > CHARACTERS_MAX;
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < (cut ? CHARACTERS_MAX : text.length()); i++) {
      char c = text.charAt(i);
      shown.append(Character.isISOControl(c) ? '?' : c == Variables.UNKNOWN ? '…' : c);
    }
    return cut ? shown.append("...").toString() : shown.toString();
  }
}
