package dev.streamgauge.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what was probably meant, by the number of letters to change. */
public final class Nearest {
  private static final int CHANGES_MAX = 3;
  private static final int LENGTH_MAX = 64;

  private Nearest() {}

  public static @Nullable String to(String word, List<String> known) {
    String nearest = null;
    int fewest = CHANGES_MAX + 1;
    for (String candidate : known) {
      int changes = word.length() > LENGTH_MAX ? fewest : changes(word, candidate);
      if (changes < fewest) {
        fewest = changes;
        nearest = candidate;
      }
    }
    return nearest;
  }

  private static int changes(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
