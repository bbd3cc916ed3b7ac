package dev.streamgauge.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
  private static final Pattern NAME = Pattern.compile("\"([a-z0-9_]+)\":");
  private static final String META = "{\"meta\": {\"engine\": \"x\"}}";
  private static final String CHAT =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{\"stream\":true}";
  private static final String SSE =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String PIECE =
      event(
          "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
  private static final String DONE = event("data: [DONE]\n\n");
  private static final String LAST_CHUNK = "0\r\n\r\n";

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private static String event(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static String read(long micros, String direction, String bytes) {
    String base64 = Base64.getEncoder().encodeToString(bytes.getBytes(StandardCharsets.ISO_8859_1));
    return "{\"t\": %d, \"conn\": 0, \"dir\": \"%s\", \"b64\": \"%s\"}"
        .formatted(micros * 1000 + 999, direction, base64);
  }

  private static String event(long micros, String direction, String event) {
    return "{\"t\": %d, \"conn\": 0, \"dir\": \"%s\", \"ev\": \"%s\"}"
        .formatted(micros * 1000 + 999, direction, event);
  }

  private Path recording(String name, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of(META));
    all.addAll(List.of(lines));
    return Files.write(folder.resolve(name), all);
  }

  private int run(Object... args) {
    List<String> words = new ArrayList<>();
    for (Object arg : args) {
      words.add(arg.toString());
    }
    return new ReplayCommand().run(words, new PrintStream(out), new PrintStream(err));
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String outcomeOf(String... events) throws IOException {
    out.reset();
    assertThat(run(recording("one.jsonl", events))).isZero();
    Matcher found =
        Pattern.compile("\"outcome\":\"([a-z_]+)\"").matcher(out.toString(StandardCharsets.UTF_8));
    return found.find() ? found.group(1) : "";
  }

  @Test
  void aLineHasTheAccessLogsFieldsInTheirOrder() throws IOException {
    Path file =
        recording(
            "one.jsonl",
            read(0, "c2s", CHAT),
            read(2000, "s2c", SSE),
            read(5000, "s2c", PIECE),
            read(7500, "s2c", PIECE),
            read(9000, "s2c", DONE + LAST_CHUNK));
    assertThat(run(file, "--times")).isZero();
    assertThat(lines()).hasSize(1);
    List<String> names = NAME.matcher(lines().getFirst()).results().map(it -> it.group(1)).toList();
    assertThat(names)
        .startsWith("method", "path", "protocol", "dialect", "operation")
        .containsSubsequence(
            "model", "stream", "status", "outcome", "headers_ms", "ttfb_ms", "ttft_ms", "ttfa_ms")
        .containsSubsequence("last_token_ms", "duration_ms", "gap_max_ms", "stalls", "chunks")
        .containsSubsequence("request_bytes", "response_bytes", "file", "token_times_us")
        .endsWith("token_times_us")
        .doesNotContain("output_tokens", "tpot_ms", "tokens_source", "error");
    assertThat(lines().getFirst())
        .contains("\"dialect\":\"openai_chat\"", "\"ttft_ms\":5.000", "\"duration_ms\":9.000")
        .contains("\"file\":\"one.jsonl\"", "\"token_times_us\":[5000,7500]");
    assertThat(errors()).isEmpty();
  }

  @Test
  void theRequestsOwnIdIsToldAndNoneIsMadeUp() throws IOException {
    String get = "GET /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: %s\r\n\r\n";
    String empty = "HTTP/1.1 204 No Content\r\n\r\n";
    Path file =
        recording(
            "ids.jsonl",
            read(0, "c2s", get.formatted("job:7/a") + get.formatted("no id")),
            read(1, "s2c", empty + empty));
    assertThat(run(file)).isZero();
    assertThat(lines()).hasSize(2).noneMatch(line -> line.contains("\"time\""));
    assertThat(lines().get(0)).startsWith("{\"request_id\":\"job:7/a\",");
    assertThat(lines().get(1)).doesNotContain("request_id");
  }

  @Test
  void aTokenTimeAndTheTtftAreCutToTheSameMicrosecond() throws IOException {
    Path file =
        recording(
            "one.jsonl",
            read(0, "c2s", CHAT),
            read(2000, "s2c", SSE),
            read(5000, "s2c", PIECE).replace("5000999", "5001998"),
            read(9000, "s2c", DONE + LAST_CHUNK));
    assertThat(run(file, "--times")).isZero();
    assertThat(lines().getFirst()).contains("\"ttft_ms\":5.000", "\"token_times_us\":[5000]");
  }

  @Test
  void aRefusedHeadAsksForNothingAndABadBodyForWhatItsHeadNamed() throws IOException {
    String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n";
    Path refused = recording("head.jsonl", read(0, "c2s", head + "Content-Length: 1\r\n\r\n"));
    Path body = recording("body.jsonl", read(0, "c2s", head + "\r\nzz\r\n"));
    assertThat(run(refused, body)).isZero();
    assertThat(lines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"outcome\":\"caller_invalid\""));
    assertThat(lines().get(0)).contains("\"operation\":\"other\"");
    assertThat(lines().get(1)).contains("\"operation\":\"chat\"");
  }

  @Test
  void severalFilesAndConnectionsAreToldInTheOrderOfTheirRequests() throws IOException {
    Path first = recording("first.jsonl", read(0, "c2s", CHAT), read(1, "s2c", SSE + LAST_CHUNK));
    Path second =
        recording(
            "second.jsonl",
            read(0, "c2s", "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"),
            read(1, "s2c", "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"));
    assertThat(run(second, first)).isZero();
    assertThat(lines()).hasSize(3);
    assertThat(lines().get(0)).contains("\"path\":\"/a\"", "\"file\":\"second.jsonl\"");
    assertThat(lines().get(1)).contains("\"path\":\"/b\"", "\"file\":\"second.jsonl\"");
    assertThat(lines().get(2)).contains("\"file\":\"first.jsonl\"");
    assertThat(lines().getFirst()).doesNotContain("token_times_us");
  }

  @Test
  void aTableHasARowForEachExchange() throws IOException {
    Path file =
        recording(
            "one.jsonl",
            read(0, "c2s", CHAT),
            read(5000, "s2c", SSE + PIECE),
            read(9000, "s2c", DONE + LAST_CHUNK));
    assertThat(run("--format", "table", file)).isZero();
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(0))
        .startsWith("FILE       DIALECT      STATUS  OUTCOME  FINISH  TTFT ms");
    assertThat(lines().get(1)).matches("one.jsonl {2}openai_chat {2}200 +ok +5\\.000 +9\\.000 +1");
  }

  @Test
  void howAnExchangeEndedIsReadFromWhatWasRecorded() throws IOException {
    String asked = read(0, "c2s", CHAT);
    String begun = read(1, "s2c", SSE + PIECE);
    assertThat(outcomeOf(asked, begun, read(2, "s2c", DONE + LAST_CHUNK))).isEqualTo("ok");
    assertThat(outcomeOf(asked, begun, read(2, "s2c", LAST_CHUNK))).isEqualTo("upstream_truncated");
    assertThat(outcomeOf(asked, begun, event(2, "s2c", "eof"))).isEqualTo("upstream_reset");
    assertThat(outcomeOf(asked, begun, event(2, "s2c", "rst"))).isEqualTo("upstream_reset");
    assertThat(outcomeOf(asked, begun, event(2, "c2s", "eof"))).isEqualTo("caller_disconnect");
    assertThat(outcomeOf(asked, begun, event(2, "c2s", "rst"))).isEqualTo("caller_disconnect");
    assertThat(outcomeOf(asked, begun, event(2, "s2c", "send-failed")))
        .isEqualTo("caller_disconnect");
    assertThat(outcomeOf(asked, event(2, "c2s", "send-failed"))).isEqualTo("upstream_reset");
    assertThat(outcomeOf(event(0, "c2s", "connect-failed"), asked))
        .isEqualTo("upstream_unreachable");
  }

  @Test
  void aCallerThatClosesOnTheEndMarkerHasHadItsAnswer() throws IOException {
    String asked = read(0, "c2s", CHAT);
    String all = read(1, "s2c", SSE + PIECE + DONE);
    String closes = event(2, "c2s", "eof");
    assertThat(outcomeOf(asked, all, closes, read(3, "s2c", LAST_CHUNK))).isEqualTo("ok");
    assertThat(outcomeOf(asked, all, closes, event(3, "s2c", "eof"))).isEqualTo("ok");
  }

  @Test
  void whatIsReadAfterTheCallerLeftIsStillOfTheExchange() throws IOException {
    assertThat(
            run(
                "--times",
                recording(
                    "one.jsonl",
                    read(0, "c2s", CHAT),
                    read(1, "s2c", SSE + PIECE),
                    event(2, "c2s", "rst"),
                    read(3, "s2c", PIECE),
                    event(4, "s2c", "send-failed"),
                    event(5, "c2s", "close"))))
        .isZero();
    assertThat(lines().getFirst())
        .contains("caller_disconnect", "\"chunks\":2", "\"duration_ms\":0.00", "[1,3]");
  }

  @Test
  void aRecordingThatJustStopsIsNoReset() throws IOException {
    String asked = read(0, "c2s", CHAT);
    String begun = read(1, "s2c", SSE + PIECE);
    assertThat(outcomeOf(asked, begun)).isEqualTo("upstream_truncated");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"error\":\"the recording ends");
    assertThat(outcomeOf(asked, begun, event(2, "c2s", "close"))).isEqualTo("upstream_truncated");
    assertThat(outcomeOf(asked, begun, read(2, "s2c", DONE))).isEqualTo("ok");
    assertThat(outcomeOf(asked)).isEqualTo("upstream_truncated");
  }

  @Test
  void pipelinedRequestsThatAreOwedAllEndWithTheConnection() throws IOException {
    String close = event(2, "s2c", "eof");
    assertThat(run(recording("one.jsonl", read(0, "c2s", CHAT + CHAT + CHAT), close))).isZero();
    assertThat(lines()).hasSize(3).allMatch(line -> line.contains("upstream_reset"));
    out.reset();
    String gone = event(2, "s2c", "send-failed");
    String one = read(1, "s2c", SSE + PIECE + DONE + LAST_CHUNK);
    assertThat(run(recording("one.jsonl", read(0, "c2s", CHAT + CHAT), one, gone))).isZero();
    assertThat(lines().get(0)).contains("\"ok\"");
    assertThat(lines().get(1)).contains("caller_disconnect").doesNotContain("\"status\"");
  }

  @Test
  void anotherDialectIsUnknownAndHasNoTokenFigures() throws IOException {
    String ask =
        "POST /v1/images/edits HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{\"stream\":true}";
    String answer = event("event: image_edit.partial_image\ndata: {\"b64_json\":\"AA\"}\n\n");
    Path file =
        recording("one.jsonl", read(0, "c2s", ask), read(1, "s2c", SSE + answer + LAST_CHUNK));
    assertThat(run(file, "--times")).isZero();
    assertThat(lines().getFirst())
        .contains("\"dialect\":\"unknown\"", "\"operation\":\"other\"", "\"outcome\":\"ok\"")
        .contains("\"token_times_us\":[]")
        .doesNotContain("ttft_ms", "_tokens");
  }

  @Test
  void aBadFileIsToldInOneLineAndTheOthersArePrinted() throws IOException {
    Path good = recording("good.jsonl", read(0, "c2s", CHAT));
    Path bad = recording("bad.jsonl", read(0, "c2s", CHAT), "{\"t\": 1, \"conn\": 0, \"dir\": ");
    Path noBase64 = recording("noBase64.jsonl", read(0, "c2s", "x").replace("eA==", "?"));
    Path backwards = recording("back.jsonl", event(9, "c2s", "open"), read(8, "c2s", CHAT));
    Path empty = Files.createFile(folder.resolve("empty.jsonl"));
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0, 10, 13, 5});
    Path missing = folder.resolve("missing.jsonl");
    assertThat(run(bad, noBase64, empty, binary, missing, folder, backwards, good)).isEqualTo(2);
    assertThat(lines()).hasSize(1);
    List<String> told = errors().lines().toList();
    assertThat(told).hasSize(7);
    assertThat(told.get(0)).startsWith(told(bad, "line 3: "));
    assertThat(told.get(1)).startsWith(told(noBase64, "line 2: b64: "));
    assertThat(told.get(2)).isEqualTo(told(empty, "it is empty)"));
    assertThat(told.get(3)).startsWith(told(binary, "line 1: "));
    assertThat(told.get(4)).isEqualTo(told(missing, "no such file or folder)"));
    assertThat(told.get(5)).startsWith(told(folder, ""));
    assertThat(told.get(6))
        .isEqualTo(told(backwards, "line 3: t: 8999 is before the line above, 9999)"));
  }

  private Path manifest(String times, String finish) throws IOException {
    return Files.writeString(
        folder.resolve("manifest.jsonl"),
        """
        {"file": "one.jsonl", "engine": "vllm", "aborted": false, "wire": [{"path": \
        "/v1/chat/completions", "http_status": 200, "n_content_events": 2, "content_times_ns": \
        %s, "finish_reasons": {%s}, "usage": null, "error": null, "truncated": false}]}
        """
            .formatted(times, finish));
  }

  private Path twoPieces() throws IOException {
    return recording(
        "one.jsonl",
        read(0, "c2s", CHAT),
        read(5, "s2c", SSE + PIECE),
        read(8, "s2c", PIECE),
        read(9, "s2c", DONE + LAST_CHUNK));
  }

  @Test
  void aCheckAgainstAManifestFindsNothingWhereBothReadTheSame() throws IOException {
    Path file = twoPieces();
    Path manifest = manifest("[5000, 8000]", "");
    assertThat(run("--check", manifest)).isZero();
    assertThat(run("--check=" + manifest, file)).isZero();
    assertThat(run("--check", manifest, folder)).isZero();
    assertThat(lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("1 files, 1 exchanges, 1 with content: 0 differences"));
  }

  @Test
  void aCheckTellsEachDifferenceInALineAndEndsWithOne() throws IOException {
    twoPieces();
    assertThat(run("--check", manifest("[5000, 8999]", ""))).isZero();
    assertThat(run("--check", manifest("[5000, 9000]", "\"0\": \"stop\""))).isEqualTo(1);
    assertThat(lines().get(1))
        .isEqualTo("one.jsonl 1 /v1/chat/completions: finish reason: none (expected: [stop])");
    assertThat(lines().get(2))
        .isEqualTo("one.jsonl 1 /v1/chat/completions: token times: [5, 8] (expected: [5, 9])");
    assertThat(lines()).hasSize(4);
    assertThat(errors()).isEmpty();
  }

  @Test
  void aCheckOfWhatIsNoCorpusIsWrongUse() throws IOException {
    Path unlisted = recording("other.jsonl", read(0, "c2s", CHAT));
    Path manifest = manifest("[]", "");
    assertThat(run("--check", manifest)).isEqualTo(2); // its recording is missing
    assertThat(run("--check", manifest, unlisted)).isEqualTo(2);
    assertThat(run("--check", Files.writeString(folder.resolve("bad"), "[]"))).isEqualTo(2);
    assertThat(run("--check", folder.resolve("none"))).isEqualTo(2);
    assertThat(run("--check")).isEqualTo(2);
    assertThat(run("--check", manifest, "--times")).isEqualTo(2);
    assertThat(errors().lines()).hasSize(6);
  }

  private static String told(Path file, String why) {
    return "streamgauge: FILE: \"" + file + "\" on the command line (expected: a recording; " + why;
  }

  @Test
  void wrongUseIsRefused() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--frobnicate", "x")).isEqualTo(2);
    assertThat(run("--format", "xml", "x")).isEqualTo(2);
    assertThat(run("--format")).isEqualTo(2);
    assertThat(run("--format=table", "--times", "x")).isEqualTo(2);
    assertThat(errors().lines()).hasSize(5);
    assertThat(errors())
        .contains("--format: \"xml\" on the command line (expected: json or table)");
    assertThat(lines()).isEmpty();
  }
}
