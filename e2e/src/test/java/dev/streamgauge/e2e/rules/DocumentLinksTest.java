package dev.streamgauge.e2e.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents hang together. */
class DocumentLinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]*)#?([^)\\s]*)\\)");
  private static final Pattern HEADING = Pattern.compile("#{1,6} (.*)");
  private static final Pattern LINKED_TEXT = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");
  private static final Pattern LEFT_OUT = Pattern.compile("[^\\p{L}\\p{N}_\\- ]");

  /** Folders that hold what is built, and git's own. */
  private static final Set<String> PASSED_OVER = Set.of("target", ".git");

  @Test
  void everyLinkOfADocumentLeadsSomewhere() throws IOException {
    List<Path> documents = documents(ROOT);
    assertThat(documents)
        .contains(
            ROOT.resolve("README.md"),
            ROOT.resolve("docs/limits.md"),
            ROOT.resolve("e2e/README.md"));
    assertThat(documents.stream().flatMap(DocumentLinksTest::deadLinks)).isEmpty();
  }

  @Test
  void aHeadingsAnchorIsItsWordsInSmallLettersWithHyphens() {
    assertThat(
            anchors(List.of("# A `b` [c, d](e.md)!", "```", "# no heading", "```", "## A b c d")))
        .containsExactlyInAnyOrder("a-b-c-d", "a-b-c-d-1");
  }

  private static List<Path> documents(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> within = Files.list(folder)) {
      for (Path path : within.toList()) {
        String name = path.getFileName().toString();
        if (Files.isRegularFile(path) && name.endsWith(".md")) {
          found.add(path);
        } else if (Files.isDirectory(path) && !PASSED_OVER.contains(name)) {
          found.addAll(documents(path));
        }
      }
    }
    return found;
  }

  private static Stream<String> deadLinks(Path document) {
    return LINK.matcher(String.join("\n", prose(lines(document))))
        .results()
        .filter(link -> !leadsSomewhere(document, link))
        .map(link -> ROOT.relativize(document) + ": " + link.group(1) + "#" + link.group(2));
  }

  private static boolean leadsSomewhere(Path document, MatchResult link) {
    Path target =
        link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
    if (Files.notExists(target)) {
      return false;
    }
    return link.group(2).isEmpty()
        || !target.toString().endsWith(".md")
        || anchors(lines(target)).contains(link.group(2));
  }

  /** As GitHub makes them; the second of its kind ends in 1. */
  private static Set<String> anchors(List<String> document) {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    for (String line : prose(document)) {
      var heading = HEADING.matcher(line);
      if (heading.matches()) {
        String words = LINKED_TEXT.matcher(heading.group(1)).replaceAll("$1");
        String anchor =
            LEFT_OUT
                .matcher(words.strip().toLowerCase(Locale.ROOT))
                .replaceAll("")
                .replace(' ', '-');
        int before = seen.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? anchor : anchor + "-" + before);
      }
    }
    return anchors;
  }

  /** Without what stands between fences. */
  private static List<String> prose(List<String> lines) {
    List<String> prose = new ArrayList<>();
    boolean fenced = false;
    for (String line : lines) {
      boolean fence = line.startsWith("```");
      fenced ^= fence;
      if (!fenced && !fence) {
        prose.add(line);
      }
    }
    return prose;
  }

  private static List<String> lines(Path document) {
    try {
      return Files.readAllLines(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
