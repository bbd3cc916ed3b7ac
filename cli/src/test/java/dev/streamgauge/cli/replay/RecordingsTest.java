package dev.streamgauge.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.replay.RecordedEvent.Kind;
import dev.streamgauge.telemetry.AccessLogJson;
import dev.streamgauge.telemetry.TelemetrySettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Recorded exchanges of real servers, compared with an independent reading of the same bytes, and
 * with themselves when every read is cut. A sample is in the tree; a whole collection is taken from
 * the folder that the environment's {@code STREAMGAUGE_TRANSCRIPTS} names.
 */
class RecordingsTest {
  private static final Path SAMPLE = Path.of("../sse-parser/src/test/resources/recorded");

  /** Bytes to be replayed for the cuts of one recording; past it not every place is cut. */
  private static final long SAMPLE_CUT_BYTES_MAX = 24L << 20;

  private static final long COLLECTION_CUT_BYTES_MAX = 256L << 20;

  private final AccessLogJson json = new AccessLogJson(TelemetrySettings.AccessLogging.defaults());
  private final ManifestCheck check = new ManifestCheck(RecordingsTest::isReadDialect);

  @Test
  void theSampleReplaysAsAnIndependentReadingFoundIt() throws Exception {
    compare(SAMPLE);
    assertThat(check.compared()).isEqualTo(31);
  }

  @Test
  void anyCutOfTheSamplesReadsReplaysToTheSameLines() throws Exception {
    cut(SAMPLE, SAMPLE_CUT_BYTES_MAX);
  }

  @Test
  void theWholeCollectionReplaysAsAnIndependentReadingFoundIt() throws Exception {
    compare(wholeCollection());
    assertThat(check.compared()).isGreaterThan(100);
    assertThat(check.knownFiles()).hasSize(21);
  }

  @Test
  void anyCutOfTheWholeCollectionsReadsReplaysToTheSameLines() throws Exception {
    cut(wholeCollection(), COLLECTION_CUT_BYTES_MAX);
  }

  private static Path wholeCollection() {
    String folder = System.getenv("STREAMGAUGE_TRANSCRIPTS");
    Assumptions.assumeTrue(folder != null, "STREAMGAUGE_TRANSCRIPTS names no folder");
    return Path.of(String.valueOf(folder));
  }

  private void compare(Path folder) throws Exception {
    for (Manifest.Recording recording : Manifest.read(folder.resolve("manifest.jsonl"))) {
      check.compare(folder.resolve(recording.file()), recording);
    }
    assertThat(check.differences()).isEmpty();
  }

  private static boolean isReadDialect(Manifest.Recording recording, Manifest.Exchange expected) {
    if (expected.grpc()) {
      return expected.path().matches(".*/(Generate|ModelStreamInfer)");
    }
    String enginePath = recording.engine() + " " + expected.path();
    return enginePath.matches(
            "(vllm|sglang|llamacpp|ollama)(-\\S*)? .*/(completions?|infill|responses|messages)")
        || enginePath.matches("(vllm|llamacpp)(-\\S*)? /v1/embeddings|ollama /api/embed")
        || enginePath.matches("(sglang|ollama) /api/(chat|generate)")
        || enginePath.matches("vllm(-\\S*)? /(inference/v1/generate|cohere/v2/chat)")
        || enginePath.matches("sglang /generate|triton-http /v2/models/.*/generate_stream");
  }

  private void cut(Path folder, long cutBytesMax) throws Exception {
    for (Manifest.Recording recording : Manifest.read(folder.resolve("manifest.jsonl"))) {
      List<RecordedEvent> events = new ArrayList<>();
      RecordedFile.read(folder.resolve(recording.file()), events::add);
      String whole = lines(events);
      assertThat(lines(inSingleBytes(events))).as(recording.file()).isEqualTo(whole);
      int longest = events.stream().mapToInt(event -> event.bytes().length).max().orElse(0);
      long allBytes = events.stream().mapToLong(event -> event.bytes().length).sum();
      long step = Math.max(1, longest * allBytes / cutBytesMax);
      for (long at = 1; at < longest; at += step) {
        assertThat(lines(cutAt(events, (int) at)))
            .as("%s cut at %d", recording.file(), at)
            .isEqualTo(whole);
      }
    }
  }

  private String lines(List<RecordedEvent> events) {
    Replay replay = new Replay();
    events.forEach(replay::happened);
    StringBuilder lines = new StringBuilder();
    for (ReplayedExchange exchange : replay.finish()) {
      byte[] line = ReplayCommand.line(exchange, "x", true, json);
      lines.append(new String(line, StandardCharsets.UTF_8));
    }
    return lines.toString();
  }

  /** Each read that is longer, in two pieces that came at once. */
  private static List<RecordedEvent> cutAt(List<RecordedEvent> events, int at) {
    List<RecordedEvent> cut = new ArrayList<>();
    for (RecordedEvent event : events) {
      int length = event.bytes().length;
      if (event.kind() == Kind.READ && length > at) {
        cut.add(part(event, 0, at));
        cut.add(part(event, at, length));
      } else {
        cut.add(event);
      }
    }
    return cut;
  }

  private static List<RecordedEvent> inSingleBytes(List<RecordedEvent> events) {
    List<RecordedEvent> cut = new ArrayList<>();
    for (RecordedEvent event : events) {
      if (event.kind() == Kind.READ) {
        for (int at = 0; at < event.bytes().length; at++) {
          cut.add(part(event, at, at + 1));
        }
      } else {
        cut.add(event);
      }
    }
    return cut;
  }

  private static RecordedEvent part(RecordedEvent event, int start, int end) {
    return new RecordedEvent(
        event.nanos(),
        event.connection(),
        event.fromClient(),
        event.kind(),
        Arrays.copyOfRange(event.bytes(), start, end));
  }
}
