package dev.streamgauge.report.page;

import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Writes HTML. All text is escaped here, whoever it came from. */
final class Html {
  private final StringBuilder html = new StringBuilder(1 << 16);

  /** Markup of ours, as it is. */
  Html raw(String markup) {
    html.append(markup);
    return this;
  }

  Html text(String text) {
    html.append(escaped(text));
    return this;
  }

  Html element(String name, String text) {
    return raw("<" + name + ">").text(text).raw("</" + name + ">\n");
  }

  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** With its heading as the caption; nothing where there is no row. */
  Html table(Grid grid) {
    return table(grid, null, _ -> "");
  }

  /**
   * With one more column, of markup, behind the names.
   *
   * @param more its heading; null for none
   */
  Html table(Grid grid, @Nullable String more, IntFunction<String> cell) {
    if (grid.rows().isEmpty()) {
      return this;
    }
    raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    text(grid.title()).raw("\"><table><caption>").text(grid.title()).raw("</caption>\n<thead><tr>");
    String inserted =
        more == null ? "" : "<th scope=\"col\" class=\"name\">" + escaped(more) + "</th>";
    for (int i = 0; i < grid.columns().size(); i++) {
      raw(i == grid.names() ? inserted : "");
      raw(i < grid.names() ? "<th scope=\"col\" class=\"name\">" : "<th scope=\"col\">");
      text(grid.columns().get(i)).raw("</th>");
    }
    raw("</tr></thead>\n<tbody>\n");
    for (int row = 0; row < grid.rows().size(); row++) {
      row(
          grid.rows().get(row),
          grid.names(),
          more == null ? "" : "<td>" + cell.apply(row) + "</td>");
    }
    return raw("</tbody></table></div>\n");
  }

  private void row(List<String> cells, int names, String inserted) {
    raw("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      raw(i == names ? inserted : "");
      raw(i == 0 ? "<th scope=\"row\">" : i < names ? "<td class=\"name\">" : "<td>");
      text(cells.get(i)).raw(i == 0 ? "</th>" : "</td>");
    }
    raw("</tr>\n");
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
