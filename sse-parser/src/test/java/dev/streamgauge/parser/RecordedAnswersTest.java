package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RecordedAnswersTest {
  private static final Path SOME = Path.of("src/test/resources/recorded");
  private static final Path ALL = Path.of("../../shared/transcripts");

  @Test
  void recordedAnswersAreReadAsAnIndependentReadingDid() throws IOException {
    assertThat(check(SOME)).isGreaterThan(10);
  }

  @Test
  void allRecordedAnswersAreReadAsAnIndependentReadingDid() throws IOException {
    Assumptions.assumeTrue(Files.exists(ALL.resolve("manifest.jsonl")));
    assertThat(check(ALL)).isGreaterThan(80);
  }

  private static int check(Path folder) throws IOException {
    SoftAssertions softly = new SoftAssertions();
    Map<String, Integer> order = new HashMap<>();
    int checked = 0;
    for (Manifest.Expected expected : Manifest.read(folder.resolve("manifest.jsonl"))) {
      if (!expected.file.matches("(vllm|sglang|llamacpp|ollama)[a-z-]*__(chat|completions?)__.*")) {
        continue;
      }
      var byConn = Recording.read(folder.resolve(expected.file));
      List<Recording.Exchange> exchanges = byConn.getOrDefault(expected.conn, List.of());
      int nth = order.merge(expected.file + " " + expected.conn, 1, Integer::sum) - 1;
      if (nth < exchanges.size() && exchanges.get(nth).status() == 200) {
        checkOne(softly, expected, exchanges.get(nth));
        checked++;
      }
    }
    softly.assertAll();
    return checked;
  }

  private static void checkOne(
      SoftAssertions softly, Manifest.Expected expected, Recording.Exchange exchange) {
    if (exchange.path().contains("models") || exchange.path().contains("health")) {
      return;
    }
    String name = expected.file;
    EventLog log = read(exchange, Integer.MAX_VALUE);
    // SGLang sends tool deltas that are empty; the manifest counts them.
    boolean chat = name.contains("__chat__");
    if (expected.contentEvents >= 0 && chat && !name.startsWith("sglang__chat__stream_tool_")) {
      softly
          .assertThat(log.tokenEvents)
          .as("%s events", name)
          .isEqualTo((int) expected.contentEvents);
    } else if (expected.contentEvents >= 0 && !chat) {
      softly
          .assertThat(log.tokenEvents)
          .as("%s events", name)
          .isBetween((int) expected.contentEvents, 48);
    }
    softly.assertThat(log.finishes).as("%s finishes", name).isEqualTo(expected.finishes);
    boolean addsChoices = name.matches("llamacpp.*(n2|2prompts).*");
    if (expected.completion >= 0 && !addsChoices) {
      long[] usage = log.usages.getOrDefault(TokenSource.USAGE, log.usages.get(TokenSource.ENGINE));
      softly.assertThat(usage).as("%s usage", name).isNotNull();
      if (usage != null) {
        softly.assertThat(usage[0]).as("%s input", name).isEqualTo(expected.prompt);
        softly.assertThat(usage[1]).as("%s output", name).isEqualTo(expected.completion);
      }
    }
    softly.assertThat(log.malformed).as("%s malformed", name).isZero();
    softly.assertThat(read(exchange, 1).events).as("%s by bytes", name).isEqualTo(log.events);
    softly.assertThat(read(exchange, 7).events).as("%s by sevens", name).isEqualTo(log.events);
  }

  private static EventLog read(Recording.Exchange exchange, int bytesEach) {
    EventLog log = new EventLog();
    ResponseReader reader = Answers.open(exchange.path(), exchange.contentType(), null, log);
    Answers.readIn(reader, exchange.body(), bytesEach);
    assertThat(reader.unparsed()).as(exchange.path()).isNull();
    return log;
  }
}
