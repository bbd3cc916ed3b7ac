package dev.streamgauge.bench.result;

import java.util.List;

/**
 * What one measurement ends as.
 *
 * @param key the command that makes it, also the name of its file of JSON
 * @param load what was done, in words
 * @param notes how its figures are to be read, and what was left out
 */
public record Section(
    String key,
    String title,
    String load,
    List<FigureTable> tables,
    List<Chart> charts,
    List<String> notes) {
  /** Of tables whose rows are ratios of CPU time: what the page begins with. */
  public static final String CPU_RATIOS = "cpu_ratios";

  /** What has no row, as ratios without a target, is not kept. */
  public Section {
    tables = tables.stream().filter(table -> !table.rows().isEmpty()).toList();
  }

  /** The same under another name, where a measurement is made under several loads. */
  public Section named(String otherKey, String otherTitle) {
    return new Section(otherKey, otherTitle, load, tables, charts, notes);
  }
}
