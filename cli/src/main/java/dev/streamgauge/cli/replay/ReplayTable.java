package dev.streamgauge.cli.replay;

import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestRecord.Generation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A row for each exchange, columns as wide as they need to be; what is unknown stays empty. */
final class ReplayTable {
  private static final List<String> TITLES =
      List.of(
          "FILE",
          "DIALECT",
          "STATUS",
          "OUTCOME",
          "FINISH",
          "TTFT ms",
          "TPOT ms",
          "GAP p99 ms",
          "DURATION ms",
          "CHUNKS",
          "IN",
          "OUT",
          "SOURCE");

  /** Text before it is aligned left, numbers from it on right. */
  private static final int FIRST_NUMBER = 5;

  private static final int FIRST_TEXT_BEHIND = 12;

  private final List<List<String>> rows = new ArrayList<>(List.of(TITLES));

  void add(String file, RequestRecord record) {
    Generation made = record.generation();
    rows.add(
        List.of(
            file,
            record.dialect().label(),
            text(record.status()),
            record.outcome().label(),
            made == null || made.finishReason() == null ? "" : made.finishReason().label(),
            millis(record.points().firstToken()),
            millis(made == null ? null : made.timePerOutputTokenNanos()),
            millis(made == null ? null : made.gapP99Nanos()),
            millis(record.points().ended()),
            text(made == null ? null : made.tokenEvents()),
            text(made == null ? null : made.inputTokens()),
            text(made == null ? null : made.outputTokens()),
            made == null || made.tokensSource() == null ? "" : made.tokensSource().label()));
  }

  void print(PrintStream out) {
    int[] widths = new int[TITLES.size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    for (List<String> row : rows) {
      out.println(line(row, widths));
    }
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String padding = " ".repeat(widths[column] - row.get(column).length());
      boolean number = column >= FIRST_NUMBER && column < FIRST_TEXT_BEHIND;
      line.append(number ? padding : "").append(row.get(column)).append(number ? "" : padding);
      line.append("  ");
    }
    return line.toString().stripTrailing();
  }

  private static String text(@Nullable Number number) {
    return number == null ? "" : number.toString();
  }

  private static String millis(@Nullable Long nanos) {
    return nanos == null ? "" : String.format(Locale.ROOT, "%.3f", nanos / 1e6);
  }
}
