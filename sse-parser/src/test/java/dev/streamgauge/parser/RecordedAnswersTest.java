package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RecordedAnswersTest {
  /** The cost grows with the square; replay's tests cut the reads of the larger ones. */
  private static final int CUT_EVERYWHERE_MAX = 4096;

  private static final Path SOME = Path.of("src/test/resources/recorded");

  @Test
  void recordedAnswersAreReadAsAnIndependentReadingDid() throws IOException {
    assertThat(check(SOME)).isGreaterThan(10);
  }

  @Test
  void allRecordedAnswersAreReadAsAnIndependentReadingDid() throws IOException {
    String folder = System.getenv("STREAMGAUGE_TRANSCRIPTS");
    Assumptions.assumeTrue(folder != null, "STREAMGAUGE_TRANSCRIPTS names no folder");
    assertThat(check(Path.of(String.valueOf(folder)))).isGreaterThan(80);
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
    int length = exchange.body().length;
    for (int cut = 1; cut < length && length <= CUT_EVERYWHERE_MAX; cut++) {
      EventLog halves = readInHalves(exchange, cut);
      assertThat(halves.events).as("%s cut at %d", name, cut).isEqualTo(log.events);
    }
  }

  private static EventLog readInHalves(Recording.Exchange exchange, int cut) {
    EventLog log = new EventLog();
    ResponseReader reader = Answers.open(exchange.path(), exchange.contentType(), null, log);
    Answers.feed(reader, exchange.body(), 0, cut);
    Answers.feed(reader, exchange.body(), cut, exchange.body().length);
    reader.end();
    return log;
  }

  private static EventLog read(Recording.Exchange exchange, int bytesEach) {
    EventLog log = new EventLog();
    ResponseReader reader = Answers.open(exchange.path(), exchange.contentType(), null, log);
    Answers.readIn(reader, exchange.body(), bytesEach);
    assertThat(reader.unparsed()).as(exchange.path()).isNull();
    return log;
  }
}
