package dev.streamgauge.bench.result;

/** Writes HTML; all text is escaped here. */
final class Html {
  private final StringBuilder html = new StringBuilder(1 << 16);

  Html raw(String markup) {
    html.append(markup);
    return this;
  }

  Html element(String name, String text) {
    html.append('<').append(name).append('>').append(escaped(text));
    html.append("</").append(name).append(">\n");
    return this;
  }

  Html table(FigureTable table) {
    raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    raw(escaped(table.title())).raw("\"><table>\n").element("caption", table.title());
    raw("<thead><tr>");
    table.headings().forEach(heading -> raw("<th scope=\"col\">" + escaped(heading) + "</th>"));
    raw("</tr></thead>\n<tbody>\n");
    for (Row row : table.rows()) {
      row(table, row);
    }
    return raw("</tbody></table></div>\n");
  }

  /** Medians stand out from the middle half beside them. */
  private void row(FigureTable table, Row row) {
    raw(row.target().startsWith("streamgauge") ? "<tr class=\"own\">" : "<tr>");
    int names = row.names().size();
    int cell = 0;
    for (String text : table.cells(row)) {
      String shown = escaped(text).replaceFirst(" (\\(.*\\))$", " <small>$1</small>");
      if (cell == 0) {
        raw("<th scope=\"row\">" + escaped(text) + "</th>");
      } else if (cell < names) {
        raw("<td>" + escaped(text) + "</td>");
      } else if (cell < names + table.columns().size()) {
        raw("<td>" + shown + "</td>");
      } else {
        raw("<td class=\"remark\">" + escaped(text) + "</td>");
      }
      cell++;
    }
    raw("</tr>\n");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
