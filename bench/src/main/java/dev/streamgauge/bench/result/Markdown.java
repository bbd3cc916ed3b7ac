package dev.streamgauge.bench.result;

import java.util.Collections;
import java.util.List;

/** A section as text for a terminal, with tables that can be pasted into a page of the docs. */
public final class Markdown {
  private Markdown() {}

  public static String of(Section section) {
    StringBuilder text = new StringBuilder();
    text.append("## ").append(section.title()).append("\n\n").append(section.load()).append("\n\n");
    for (FigureTable table : section.tables()) {
      text.append("**").append(table.title()).append("**\n\n");
      line(text, table.headings());
      line(text, Collections.nCopies(table.headings().size(), "-"));
      table.rows().forEach(row -> line(text, table.cells(row)));
      text.append('\n');
    }
    section.notes().forEach(note -> text.append(note).append("\n\n"));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
