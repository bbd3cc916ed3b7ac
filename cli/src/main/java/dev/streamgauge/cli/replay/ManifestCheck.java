package dev.streamgauge.cli.replay;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestRecord.Generation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares replayed recordings with what an independent reading found in them: how each exchange
 * ended, its finish reason, its token counts, and the microsecond of each token event.
 */
final class ManifestCheck {
  /** Which exchanges have an answer whose content is to be compared. */
  interface Reads {
    boolean reads(Manifest.Recording recording, Manifest.Exchange expected);
  }

  private final Reads reads;
  private final List<String> differences = new ArrayList<>();
  private final Set<String> knownFiles = new TreeSet<>();
  private int files;
  private int exchanges;
  private int compared;

  /** Before each difference: which exchange of which file it is of. */
  private String name = "";

  ManifestCheck(Reads reads) {
    this.reads = reads;
  }

  /** One line for each difference so far. */
  List<String> differences() {
    return differences;
  }

  /** Files that differ as {@link KnownDifference} says. */
  Set<String> knownFiles() {
    return knownFiles;
  }

  int files() {
    return files;
  }

  int exchanges() {
    return exchanges;
  }

  /** Exchanges whose content was to be compared. */
  int compared() {
    return compared;
  }

  /** Replays a file and compares each of its exchanges. */
  void compare(Path file, Manifest.Recording recording) throws BadRecording {
    List<ReplayedExchange> replayed = ReplayCommand.exchanges(file);
    files++;
    exchanges += recording.exchanges().size();
    name = recording.file();
    expect("exchanges", replayed.size(), recording.exchanges().size());
    int both = Math.min(replayed.size(), recording.exchanges().size());
    for (int i = 0; i < both; i++) {
      Manifest.Exchange expected = recording.exchanges().get(i);
      name = recording.file() + " " + (i + 1) + " " + expected.path();
      compare(recording, expected, replayed.get(i));
    }
  }

  private void compare(
      Manifest.Recording recording, Manifest.Exchange expected, ReplayedExchange replayed) {
    RequestRecord record = replayed.record();
    boolean read = reads.reads(recording, expected);
    expect("path", record.path(), expected.path());
    if (expected.grpc()) {
      callEnd(recording, expected, record);
    } else {
      expect("status", record.status(), statusOf(expected));
      expect("outcome", record.outcome(), outcome(recording, expected, read));
    }
    if (read) {
      compared++;
    }
    if (!read) {
      expect("token events", replayed.tokenTimesMicros().length, 0);
    } else if (expected.grpc() || statusOf(expected) == 200) {
      content(recording, expected, replayed);
    }
  }

  private void callEnd(
      Manifest.Recording recording, Manifest.Exchange expected, RequestRecord record) {
    String status = String.valueOf(expected.grpcStatus());
    Outcome outcome =
        switch (status) {
          case "0" -> Outcome.OK;
          case "3", "12" -> Outcome.CALLER_ERROR;
          case "13" -> Outcome.UPSTREAM_STREAM_ERROR;
          default -> recording.aborted() ? Outcome.CALLER_DISCONNECT : Outcome.UPSTREAM_RESET;
        };
    expect("protocol", record.protocol(), Protocol.GRPC);
    expect("status", record.status(), 200);
    Integer grpcStatus = record.grpcStatus();
    expect("grpc_status", grpcStatus == null ? null : grpcStatus.toString(), expected.grpcStatus());
    expect("outcome", record.outcome(), outcome);
  }

  private static int statusOf(Manifest.Exchange expected) {
    Long status = expected.status();
    return status == null ? -1 : status.intValue();
  }

  private static Outcome outcome(
      Manifest.Recording recording, Manifest.Exchange expected, boolean read) {
    int status = statusOf(expected);
    if (status >= 400) {
      return status >= 500 ? Outcome.UPSTREAM_ERROR : Outcome.CALLER_ERROR;
    }
    if (recording.aborted()) {
      return Outcome.CALLER_DISCONNECT;
    }
    if (expected.truncated()) {
      return Outcome.UPSTREAM_RESET;
    }
    return read && expected.failed() ? Outcome.UPSTREAM_STREAM_ERROR : Outcome.OK;
  }

  private void content(
      Manifest.Recording recording, Manifest.Exchange expected, ReplayedExchange replayed) {
    RequestRecord record = replayed.record();
    Generation made = record.generation();
    if (asksNoModel(expected, record) || refused(expected)) {
      return; // there is nothing that a dialect could tell
    }
    if (record.dialect() == Dialect.UNKNOWN || made == null) {
      differs("dialect", record.dialect().label(), "one that is read");
      return;
    }
    expect("malformed frames", record.malformedFrames(), 0);
    expect("unparsed", record.unparsed(), null);
    finish(expected, made);
    counts(recording, expected, made);
    if (record.stream()) {
      expect("chunks", made.tokenEvents(), replayed.tokenTimesMicros().length);
      times(recording, expected, replayed);
    }
  }

  /** Whether the server lives, and what it serves. */
  private static boolean asksNoModel(Manifest.Exchange expected, RequestRecord record) {
    return expected.grpc() && record.operation() == Operation.OTHER;
  }

  /** A call that ended by its status and without a message. */
  private static boolean refused(Manifest.Exchange expected) {
    Long events = expected.contentEvents();
    return expected.grpc() && events != null && events == 0 && !"0".equals(expected.grpcStatus());
  }

  private void finish(Manifest.Exchange expected, Generation made) {
    String raw = made.finishReasonRaw();
    String word = raw == null && made.finishReason() != null ? made.finishReason().label() : raw;
    Long output = made.outputTokens();
    boolean generated = output != null && output > 0; // else embeddings, which have no finish
    boolean looked = expected.readsFinish() || !generated;
    // Triton's final response stands there, which says nothing of a reason.
    boolean none =
        expected.finishReasons().isEmpty()
            || expected.finishReasons().contains("triton_final_response");
    if (!looked && word == null) {
      differs("finish reason", null, "one");
    } else if (looked && (none ? word != null : !expected.finishReasons().contains(word))) {
      differs("finish reason", word, expected.finishReasons());
    }
  }

  private void counts(Manifest.Recording recording, Manifest.Exchange expected, Generation made) {
    Long output = expected.usage("completion_tokens");
    Long input = expected.usage("prompt_tokens");
    KnownDifference known = KnownDifference.of(recording.file());
    KnownDifference.Counts counts = known == null ? null : known.counts();
    if (counts != null) {
      knownFiles.add(recording.file());
      expect("input tokens", made.inputTokens(), counts.input());
      expect("output tokens", made.outputTokens(), counts.output());
    } else if (output == null || input == null) {
      if (made.tokensSource() == TokenSource.USAGE) {
        differs("tokens_source", "usage", null);
      }
    } else if (known == null || known.usages() == 1) {
      expect("input tokens", made.inputTokens(), input);
      expect("output tokens", made.outputTokens(), output);
    } else {
      knownFiles.add(recording.file());
      // The prompts may differ by a token.
      long inputs = known.usages() * input;
      if (!Objects.equals(made.inputTokens(), inputs + 1)) {
        expect("input tokens", made.inputTokens(), inputs);
      }
      expect("output tokens", made.outputTokens(), known.usages() * output);
    }
  }

  private void times(
      Manifest.Recording recording, Manifest.Exchange expected, ReplayedExchange replayed) {
    List<Long> ours = Arrays.stream(replayed.tokenTimesMicros()).boxed().toList();
    List<Long> theirs = expected.contentMicros();
    Long told = expected.contentEvents();
    if (told != null && told != theirs.size()) {
      differs("manifest's n_content_events", told, theirs.size());
    }
    KnownDifference known = KnownDifference.of(recording.file());
    int more = known == null ? 0 : known.moreEvents();
    if (more == 0) {
      expect("token times", ours, theirs);
      return;
    }
    knownFiles.add(recording.file());
    expect("token events", ours.size(), theirs.size() + more);
    List<Long> rest = new ArrayList<>(more > 0 ? ours : theirs);
    List<Long> part = more > 0 ? theirs : ours;
    if (!part.stream().allMatch(rest::remove)) {
      differs("token times", ours, theirs);
    }
  }

  private void expect(String what, @Nullable Object found, @Nullable Object expected) {
    if (!Objects.equals(found, expected)) {
      differs(what, found, expected);
    }
  }

  private void differs(String what, @Nullable Object found, @Nullable Object expected) {
    differences.add("%s: %s: %s (expected: %s)".formatted(name, what, text(found), text(expected)));
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Outcome outcome -> outcome.label();
      case Protocol protocol -> protocol.label();
      default -> value.toString();
    };
  }
}
