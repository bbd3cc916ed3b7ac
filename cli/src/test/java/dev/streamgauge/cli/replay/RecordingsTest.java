package dev.streamgauge.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.replay.RecordedEvent.Kind;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.telemetry.AccessLogJson;
import dev.streamgauge.telemetry.TelemetrySettings;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestRecord.Generation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
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
  private final SoftAssertions softly = new SoftAssertions();
  private final Set<String> differences = new TreeSet<>();
  private int compared;

  @Test
  void theSampleReplaysAsAnIndependentReadingFoundIt() throws Exception {
    compare(SAMPLE);
    assertThat(compared).isEqualTo(28);
  }

  @Test
  void anyCutOfTheSamplesReadsReplaysToTheSameLines() throws Exception {
    cut(SAMPLE, SAMPLE_CUT_BYTES_MAX);
  }

  @Test
  void theWholeCollectionReplaysAsAnIndependentReadingFoundIt() throws Exception {
    compare(wholeCollection());
    assertThat(compared).isGreaterThan(100);
    assertThat(differences).hasSize(17);
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
    for (Manifest.Recording recording : Manifest.read(folder)) {
      List<ReplayedExchange> replayed = ReplayCommand.exchanges(folder.resolve(recording.file()));
      assertThat(replayed).as(recording.file()).hasSameSizeAs(recording.exchanges());
      for (int i = 0; i < replayed.size(); i++) {
        compare(recording, recording.exchanges().get(i), replayed.get(i));
      }
    }
    softly.assertAll();
  }

  private void compare(
      Manifest.Recording recording, Manifest.Exchange expected, ReplayedExchange replayed) {
    RequestRecord record = replayed.record();
    String name = recording.file() + " " + expected.path();
    softly.assertThat(record.path()).as(name).isEqualTo(expected.path());
    if (expected.grpc()) {
      compareCall(name, recording, expected, record);
      return;
    }
    softly.assertThat(record.status()).as("%s: status", name).isEqualTo(status(expected));
    softly
        .assertThat(record.outcome())
        .as("%s: outcome", name)
        .isEqualTo(outcome(recording, expected));
    if (!isReadDialect(recording, expected)) {
      softly.assertThat(record.dialect()).as(name).isEqualTo(Dialect.UNKNOWN);
      softly.assertThat(replayed.tokenTimesMicros()).as(name).isEmpty();
      return;
    }
    compared++;
    if (status(expected) != 200) {
      return;
    }
    softly.assertThat(record.dialect()).as(name).isNotEqualTo(Dialect.UNKNOWN);
    softly.assertThat(record.malformedFrames()).as("%s: malformed", name).isZero();
    softly.assertThat(record.unparsed()).as("%s: unparsed", name).isNull();
    Generation made = record.generation();
    softly.assertThat(made).as(name).isNotNull();
    if (made != null) {
      compareFinish(name, expected, made);
      compareCounts(name, recording, expected, made);
      compareTimes(name, recording, expected, replayed);
    }
  }

  /** Calls are told, but what their messages say is not read. */
  private void compareCall(
      String name, Manifest.Recording recording, Manifest.Exchange expected, RequestRecord record) {
    String status = String.valueOf(expected.grpcStatus());
    Outcome outcome =
        switch (status) {
          case "0" -> Outcome.OK;
          case "3", "12" -> Outcome.CALLER_ERROR;
          case "13" -> Outcome.UPSTREAM_STREAM_ERROR;
          default -> recording.aborted() ? Outcome.CALLER_DISCONNECT : Outcome.UPSTREAM_RESET;
        };
    softly.assertThat(record.protocol()).as(name).isEqualTo(Protocol.GRPC);
    softly.assertThat(record.dialect()).as(name).isEqualTo(Dialect.UNKNOWN);
    softly.assertThat(record.status()).as(name).isEqualTo(200);
    softly
        .assertThat(record.grpcStatus())
        .as("%s: grpc_status", name)
        .isEqualTo(expected.grpcStatus() == null ? null : Integer.valueOf(status));
    softly.assertThat(record.outcome()).as("%s: outcome", name).isEqualTo(outcome);
    softly.assertThat(record.points().firstToken()).as(name).isNull();
  }

  private static boolean isReadDialect(Manifest.Recording recording, Manifest.Exchange expected) {
    boolean engine = recording.engine().matches("(vllm|sglang|llamacpp|ollama)(-.*)?");
    return engine
        && expected
            .path()
            .matches(".*/(completions?|infill|responses|messages|api/(chat|generate))");
  }

  private static int status(Manifest.Exchange expected) {
    Long status = expected.status();
    return status == null ? -1 : status.intValue();
  }

  private static Outcome outcome(Manifest.Recording recording, Manifest.Exchange expected) {
    int status = status(expected);
    if (status >= 400) {
      return status >= 500 ? Outcome.UPSTREAM_ERROR : Outcome.CALLER_ERROR;
    }
    if (recording.aborted()) {
      return Outcome.CALLER_DISCONNECT;
    }
    if (expected.truncated()) {
      return Outcome.UPSTREAM_RESET;
    }
    boolean read = isReadDialect(recording, expected);
    return read && expected.failed() ? Outcome.UPSTREAM_STREAM_ERROR : Outcome.OK;
  }

  private void compareFinish(String name, Manifest.Exchange expected, Generation made) {
    String raw = made.finishReasonRaw();
    String word = raw == null && made.finishReason() != null ? made.finishReason().label() : raw;
    if (expected.finishReasons().isEmpty()) {
      softly.assertThat(word).as("%s: finish reason", name).isNull();
    } else {
      softly.assertThat(expected.finishReasons()).as("%s: finish reason", name).contains(word);
    }
  }

  private void compareCounts(
      String name, Manifest.Recording recording, Manifest.Exchange expected, Generation made) {
    Long output = expected.usage("completion_tokens");
    Long input = expected.usage("prompt_tokens");
    if (output == null || input == null) {
      softly.assertThat(made.tokensSource()).as("%s: source", name).isNotEqualTo(TokenSource.USAGE);
      return;
    }
    KnownDifference known = KnownDifference.of(recording.file());
    KnownDifference.Counts counts = known == null ? null : known.counts();
    if (known != null && counts != null) {
      differences.add(known.file());
      softly.assertThat(made.inputTokens()).as("%s: input", name).isEqualTo(counts.input());
      softly.assertThat(made.outputTokens()).as("%s: output", name).isEqualTo(counts.output());
    } else if (known == null || known.usages() == 1) {
      softly.assertThat(made.inputTokens()).as("%s: input", name).isEqualTo(input);
      softly.assertThat(made.outputTokens()).as("%s: output", name).isEqualTo(output);
    } else {
      differences.add(known.file());
      long usages = known.usages();
      // The prompts may differ by a token.
      softly
          .assertThat(made.inputTokens())
          .as("%s: %s", name, known.reason())
          .isBetween(usages * input, usages * input + 1);
      softly
          .assertThat(made.outputTokens())
          .as("%s: %s", name, known.reason())
          .isEqualTo(usages * output);
    }
  }

  private void compareTimes(
      String name,
      Manifest.Recording recording,
      Manifest.Exchange expected,
      ReplayedExchange replayed) {
    RequestRecord record = replayed.record();
    Generation made = record.generation();
    if (!record.stream() || made == null) {
      return;
    }
    List<Long> ours = Arrays.stream(replayed.tokenTimesMicros()).boxed().toList();
    List<Long> theirs = expected.contentMicros();
    softly.assertThat(made.tokenEvents()).as("%s: chunks", name).isEqualTo(ours.size());
    softly.assertThat(expected.contentEvents()).as(name).isEqualTo(theirs.size());
    KnownDifference known = KnownDifference.of(recording.file());
    int more = known == null ? 0 : known.moreEvents();
    if (more == 0) {
      softly.assertThat(ours).as("%s: times", name).isEqualTo(theirs);
      return;
    }
    differences.add(recording.file());
    softly.assertThat(ours).as("%s: events", name).hasSize(theirs.size() + more);
    List<Long> rest = new ArrayList<>(more > 0 ? ours : theirs);
    (more > 0 ? theirs : ours).forEach(time -> softly.assertThat(rest.remove(time)).isTrue());
  }

  private void cut(Path folder, long cutBytesMax) throws Exception {
    for (Manifest.Recording recording : Manifest.read(folder)) {
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
