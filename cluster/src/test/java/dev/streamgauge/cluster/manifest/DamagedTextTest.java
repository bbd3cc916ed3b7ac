package dev.streamgauge.cluster.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever is in a file: it is refused in words, or its text says what the trees say. */
class DamagedTextTest {
  private static final int TEXTS = Integer.getInteger("texts", 4_000);
  private static final String[] PIECES = {
    " ",
    "\n",
    "\t",
    ":",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "&a ",
    "*a",
    "!!int ",
    "|\n",
    ">-\n",
    "#",
    "---\n",
    "...\n",
    "? ",
    "<<: ",
    "%YAML 1.1\n",
    "\u0000",
    "\uFEFF",
    "😀",
    "\uD800",
    "null",
    "1e999",
    "0x",
    "~",
    "$(",
  };

  @Test
  void aDamagedFileIsRefusedInWordsOrInjected() throws Exception {
    Random random = new Random(30);
    List<String> texts = texts();
    Policy policy = Policy.defaults().injectingWhatIsGiven();
    int injected = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = damaged(texts.get(random.nextInt(texts.size())), random);
      try {
        ManifestInjection.Result result = ManifestInjection.inject(text, policy);
        injected += check(text, result, policy);
      } catch (BadManifest e) {
        assertThat(e).hasMessageMatching(".+");
      } catch (RuntimeException e) {
        throw new AssertionError(text, e);
      }
    }
    assertThat(injected).isGreaterThan(TEXTS / 20);
  }

  private static int check(String text, ManifestInjection.Result result, Policy policy) {
    boolean changed =
        result.outcomes().stream().anyMatch(one -> one.injection() instanceof Injection.Injected);
    assertThat(result.outcomes())
        .as(text)
        .noneMatch(one -> one.injection().reasonLabel().equals("internal"));
    if (!changed) {
      assertThat(result.text()).isEqualTo(text);
      return 0;
    }
    try {
      ManifestInjection.Result again = ManifestInjection.inject(result.text(), policy);
      assertThat(again.text()).as(text).isEqualTo(result.text());
      assertThat(again.outcomes()).hasSameSizeAs(result.outcomes());
      return 1;
    } catch (BadManifest e) {
      throw new AssertionError(text + "\nbecame\n" + result.text(), e);
    }
  }

  private static String damaged(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int damage = random.nextInt(3); damage >= 0; damage--) {
      int at = random.nextInt(damaged.length());
      switch (random.nextInt(4)) {
        case 0 -> damaged.insert(at, PIECES[random.nextInt(PIECES.length)]);
        case 1 -> damaged.deleteCharAt(at);
        case 2 -> damaged.delete(at, Math.min(damaged.length(), at + random.nextInt(40)));
        default -> damaged.setCharAt(at, (char) random.nextInt(128));
      }
      if (damaged.isEmpty()) {
        return "";
      }
    }
    return damaged.toString();
  }

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/inject"))) {
      for (Path file : files.filter(each -> each.endsWith("pod.yaml")).sorted().toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }
}
