package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/reference/dialects.md} says of labels, paths, words and sources is so. */
class DialectsPageTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private final List<String> page = Files.readAllLines(Path.of("../docs/reference/dialects.md"));

  DialectsPageTest() throws IOException {}

  @Test
  void eachDialectHasARowAndASection() {
    List<String> labels =
        Arrays.stream(Dialect.values())
            .filter(dialect -> dialect != Dialect.UNKNOWN)
            .map(Dialect::label)
            .sorted()
            .toList();
    List<String> sections =
        page.stream()
            .filter(line -> line.startsWith("## `"))
            .map(line -> codes(line).getFirst())
            .sorted()
            .toList();
    assertThat(sections).as("sections of the page").isEqualTo(labels);
    TreeSet<String> rows = new TreeSet<>();
    overview().forEach(cells -> rows.add(codes(cells[1]).getFirst()));
    assertThat(rows).as("rows of the page").containsExactlyElementsOf(labels);
    assertThat(page.stream().filter(line -> line.startsWith("- Read from: ")).count())
        .isEqualTo(labels.size());
  }

  @Test
  void eachPathLeadsToTheOperationNamed() {
    for (String[] cells : overview()) {
      String operation = codes(cells[3]).getFirst();
      for (String path : codes(cells[2])) {
        assertThat(Operations.of("POST", path).label()).as(path).isEqualTo(operation);
      }
    }
  }

  @Test
  void eachSourceIsOneAndAllAreExplained() {
    List<String> sources = Arrays.stream(TokenSource.values()).map(TokenSource::label).toList();
    for (String[] cells : overview()) {
      assertThat(sources).as(cells[1]).containsAll(codes(cells[6]));
    }
    assertThat(table("| source |").map(cells -> codes(cells[1]).getFirst()).toList())
        .isEqualTo(sources);
  }

  @Test
  void eachFinishWordMeansWhatThePageSays() {
    List<String> ours = new ArrayList<>();
    for (String[] cells : table("| our word |").toList()) {
      String meaning = codes(cells[1]).getFirst();
      ours.add(meaning);
      for (String word : codes(cells[2])) {
        assertThat(FinishWords.meaning(word).label()).as(word).isEqualTo(meaning);
      }
    }
    assertThat(ours)
        .isEqualTo(Arrays.stream(FinishReason.values()).map(FinishReason::label).toList());
  }

  private List<String[]> overview() {
    return table("| dialect |").toList();
  }

  /** The cells of the rows below the line that begins so; the first cell is empty. */
  private Stream<String[]> table(String head) {
    return page.stream()
        .dropWhile(line -> !line.startsWith(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1));
  }

  private static List<String> codes(String text) {
    return CODE.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }
}
