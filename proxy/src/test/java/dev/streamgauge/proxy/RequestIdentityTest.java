package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client says of itself is taken over where it is sane, and made where it is not. */
@Timeout(30)
final class RequestIdentityTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String SOUND = "00-" + TRACE + "-" + SPAN + "-01";

  private static final String[] TRACED = {
    "--otlp-endpoint", "http://127.0.0.1:1", "--otlp-signals", "traces"
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01-what-comes-later",
      })
  void aTraceThatCameIsKept(String traceparent) throws Exception {
    Passed passed = pass("traceparent: " + traceparent + "\r\ntracestate: a=b\r\n");
    assertThat(passed.head())
        .contains("\r\ntraceparent: " + traceparent + "\r\ntracestate: a=b\r\n");
    assertThat(passed.record().traceId()).isEqualTo(TRACE);
    assertThat(passed.record().spanId()).isEqualTo(SPAN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + TRACE + "-" + SPAN,
        "00-" + TRACE + "-" + SPAN + "-0",
        "00-" + TRACE + "-" + SPAN + "-0G",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "cc-" + TRACE + "-" + SPAN + "-01more",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "00_" + TRACE + "-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
      })
  void aMalformedTraceIsReplacedByANewOneAndItsStateIsLeftOut(String traceparent) throws Exception {
    Passed passed = pass("traceparent: " + traceparent + "\r\ntracestate: a=b\r\n");
    RequestRecord record = passed.record();
    assertThat(passed.head())
        .containsOnlyOnce("traceparent")
        .doesNotContain("tracestate")
        .contains("\r\ntraceparent: 00-" + record.traceId() + "-" + record.spanId() + "-00\r\n");
    assertThat(record.traceId()).hasSize(32).isNotEqualTo(TRACE);
  }

  @Test
  void ofTwoTracesNoneCounts() throws Exception {
    Passed passed = pass("traceparent: " + SOUND + "\r\nTraceparent: " + SOUND + "\r\n");
    assertThat(passed.head()).doesNotContain(TRACE).contains("traceparent: 00-");
  }

  @Test
  void switchedOffNothingIsReplaced() throws Exception {
    Passed passed = pass("traceparent: 1\r\ntracestate: a=b\r\n", "--add-traceparent", "off");
    assertThat(passed.head()).contains("\r\ntraceparent: 1\r\ntracestate: a=b\r\n");
  }

  /** Between client and server stands a span of ours: it is the server's parent. */
  @ParameterizedTest
  @ValueSource(strings = {"01,01", "03,03", "ff,03", "81,01"})
  void aSampledTraceGoesOnFromOurSpanAndKeepsItsState(String flags) throws Exception {
    String came = "00-" + TRACE + "-" + SPAN + "-" + flags.substring(0, 2);
    Passed passed = pass("traceparent: " + came + "\r\ntracestate: a=b\r\n", TRACED);
    RequestRecord record = passed.record();
    assertThat(record.traceId()).isEqualTo(TRACE);
    assertThat(record.spanId()).hasSize(16).isNotEqualTo(SPAN);
    assertThat(record.span()).isEqualTo(new RequestRecord.SpanPlace(SPAN, "a=b"));
    String sent = "00-" + TRACE + "-" + record.spanId() + "-" + flags.substring(3);
    assertThat(passed.head())
        .containsOnlyOnce("traceparent")
        .contains("\r\ntraceparent: " + sent + "\r\n")
        .contains("\r\ntracestate: a=b\r\n");
  }

  @Test
  void aTraceThatIsNotSampledPassesAsItCame() throws Exception {
    String came = "00-" + TRACE + "-" + SPAN + "-00";
    Passed passed = pass("traceparent: " + came + "\r\ntracestate: a=b\r\n", TRACED);
    assertThat(passed.head()).contains("\r\ntraceparent: " + came + "\r\ntracestate: a=b\r\n");
    assertThat(passed.record().span()).isNull();
    assertThat(passed.record().spanId()).isEqualTo(SPAN);
  }

  @Test
  void aRequestWithoutATraceBecomesTheFirstSpanOfOne() throws Exception {
    Passed passed = pass("", TRACED);
    RequestRecord record = passed.record();
    assertThat(record.span()).isEqualTo(new RequestRecord.SpanPlace(null, null));
    assertThat(passed.head())
        .contains("\r\ntraceparent: 00-" + record.traceId() + "-" + record.spanId() + "-01\r\n");
  }

  @Test
  void aStateThatCannotBeReadIsLeftOutAndTheTraceIsKept() throws Exception {
    Passed passed = pass("traceparent: " + SOUND + "\r\ntracestate: A=b\r\n", TRACED);
    assertThat(passed.record().traceId()).isEqualTo(TRACE);
    assertThat(passed.head()).contains("traceparent: 00-" + TRACE).doesNotContain("tracestate");
  }

  @Test
  void statesInSeveralFieldsAreOne() throws Exception {
    Passed passed =
        pass("traceparent: " + SOUND + "\r\ntracestate: a=b\r\ntracestate: c=d\r\n", TRACED);
    assertThat(passed.record().span()).isEqualTo(new RequestRecord.SpanPlace(SPAN, "a=b,c=d"));
  }

  @Test
  void aRefusedHeadHasASpanToo() throws Exception {
    ScriptedUpstream.Script never = (_, _, _) -> {};
    try (ScriptedUpstream upstream = new ScriptedUpstream(never);
        TestProxy proxy = TestProxy.before(upstream, TRACED);
        Socket client = proxy.send("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 400 ");
      assertThat(proxy.next(Outcome.CALLER_INVALID, 400).span()).isNotNull();
    }
  }

  private record Passed(String head, RequestRecord record) {}

  /** Sends a request with these fields; how its head reached the server. */
  private static Passed pass(String fields, String... options) throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          seen.complete(readHead(in));
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream, options);
        Socket client = proxy.send("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n")) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      return new Passed(seen.get(10, TimeUnit.SECONDS), proxy.next(Outcome.OK, 200));
    }
  }
}
