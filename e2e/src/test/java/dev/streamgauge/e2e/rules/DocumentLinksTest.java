package dev.streamgauge.e2e.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents hang together. */
class DocumentLinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]+)");

  @Test
  void everyLinkOfADocumentLeadsSomewhere() throws IOException {
    List<Path> documents = documents();
    assertThat(documents).contains(ROOT.resolve("README.md"), ROOT.resolve("docs/limits.md"));
    assertThat(documents.stream().flatMap(DocumentLinksTest::deadLinks)).isEmpty();
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> below = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(top, below).filter(path -> path.toString().endsWith(".md")).toList();
    }
  }

  private static Stream<String> deadLinks(Path document) {
    return LINK.matcher(text(document))
        .results()
        .map((MatchResult link) -> link.group(1))
        .filter(target -> Files.notExists(document.resolveSibling(target)))
        .map(target -> ROOT.relativize(document) + ": " + target);
  }

  private static String text(Path document) {
    try {
      return Files.readString(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
