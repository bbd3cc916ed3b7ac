package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.ServerLoad;
import dev.streamgauge.timeline.Outcome;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to inference say how busy the server is, where that is asked for. */
@Timeout(30)
final class LoadReportsTest {
  private static final ServerLoad LOAD = new ServerLoad(3, 4, 0.5, 0.875);
  private static final String TEXT =
      "TEXT application_utilization=0.875, named_metrics.kv_cache_usage_perc=0.5,"
          + " named_metrics.num_requests_waiting=3.0, named_metrics.num_requests_running=4.0";
  private static final String JSON =
      "JSON {\"application_utilization\": 0.875, \"named_metrics\": {\"kv_cache_usage_perc\": 0.5,"
          + " \"num_requests_waiting\": 3.0, \"num_requests_running\": 4.0}}";
  private static final String NAME = "endpoint-load-metrics";
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";
  private static final String STREAM =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n%s"
          + BODY;
  private static final String[] CALL = {"content-type", "application/grpc", "te", "trailers"};
  private static final String GENERATE = "/inference.GRPCInferenceService/ModelInfer";

  @Test
  void offNoAnswerHasOne() throws Exception {
    assertThat(reports(CHAT, "endpoint-load-metrics-format: TEXT\r\n", "")).isEmpty();
  }

  @Test
  void eachAnswerOfInferenceHasOneStreamsToo() throws Exception {
    assertThat(reports(CHAT, "", "", "--orca-headers", "text")).containsExactly(TEXT);
    assertThat(reports("/v1/embeddings", "", "", "--orca-headers", "json")).containsExactly(JSON);
  }

  @Test
  void anErrorOfTheServerHasOneToo() throws Exception {
    String answer = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n%s\r\n";
    assertThat(reportsOf(answer, CHAT, "", "", "--orca-headers", "text")).containsExactly(TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/v1/models", "/metrics", "/tokenize"})
  void whatIsNoInferenceHasNone(String path) throws Exception {
    assertThat(reports(path, "", "", "--orca-headers", "text")).isEmpty();
  }

  @Test
  void askedIsInTheFormatOfTheRequestOrNotAtAll() throws Exception {
    String[] asked = {"--orca-headers", "asked"};
    String format = "endpoint-load-metrics-format: %s\r\n";
    assertThat(reports(CHAT, format.formatted("TEXT"), "", asked)).containsExactly(TEXT);
    assertThat(reports(CHAT, format.formatted("json"), "", asked)).containsExactly(JSON);
    assertThat(reports(CHAT, format.formatted("BIN"), "", asked)).isEmpty();
    assertThat(reports(CHAT, "", "", asked)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Endpoint-Load-Metrics: TEXT named_metrics.a=1",
        "endpoint-load-metrics-bin: SQAAAAAAAOA/",
        "endpoint-load-metrics-json: {}"
      })
  void aReportOfTheServersOwnStaysTheOnlyOne(String own) throws Exception {
    assertThat(reports(CHAT, "", own + "\r\n", "--orca-headers", "json"))
        .containsExactly(own.substring(own.indexOf(' ') + 1));
  }

  @Test
  void itIsTheSameOverHttp2() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(STREAM.formatted(""));
        TestProxy proxy = TestProxy.before(upstream, "--orca-headers", "text");
        Http2Peer client = Http2Peer.client(proxy)) {
      proxy.load = LOAD;
      client.request(1, false, "POST", CHAT);
      client.data(1, true, "{}");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.field("endpoint-load-metrics")).isEqualTo(TEXT);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aCallOfGrpcHasItInItsTrailer() throws Exception {
    Http2Peer.Answer answer = call(false, "--orca-headers", "text");
    assertThat(answer.field("endpoint-load-metrics")).isNull();
    assertThat(answer.field("endpoint-load-metrics-bin")).isNull();
    assertThat(answer.trailer())
        .containsExactly("grpc-status: 0", "x: y", "endpoint-load-metrics-bin: " + binary());
  }

  @Test
  void aCallThatIsOneHeadHasItThere() throws Exception {
    assertThat(call(true, "--orca-headers", "json").field("endpoint-load-metrics-bin"))
        .isEqualTo(binary());
  }

  @Test
  void offATrailerIsWhatItWas() throws Exception {
    assertThat(call(false).trailer()).containsExactly("grpc-status: 0", "x: y");
    assertThat(call(false, "--orca-headers", "asked").trailer())
        .containsExactly("grpc-status: 0", "x: y");
  }

  private static String binary() {
    return new OrcaReport(LOAD, null).binary();
  }

  /** A call; the answer is one head, or a head, a message and a trailer. */
  private static Http2Peer.Answer call(boolean oneHead, String... options) throws Exception {
    Http2Peer.Script script =
        server -> {
          int id = server.nextWhole();
          String[] head = {":status", "200", "content-type", "application/grpc"};
          if (oneHead) {
            server.headers(id, true, head[0], head[1], head[2], head[3], "grpc-status", "5");
          } else {
            server.headers(id, false, head);
            server.data(id, false, new byte[] {0, 0, 0, 0, 0});
            server.headers(id, true, "grpc-status", "0", "x", "y");
          }
          var _ = server.nextRequest();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(script));
        TestProxy proxy = TestProxy.beforeHttp2(upstream, options);
        Http2Peer client = Http2Peer.client(proxy)) {
      proxy.load = LOAD;
      client.request(1, false, "POST", GENERATE, CALL);
      client.data(1, true, new byte[] {0, 0, 0, 0, 0});
      Http2Peer.Answer answer = client.answer(1);
      var _ = proxy.next();
      return answer;
    }
  }

  /** What the fields of an answer's head say of the load. */
  private static List<String> reports(String path, String asked, String own, String... options)
      throws Exception {
    return reportsOf(STREAM, path, asked, own, options);
  }

  private static List<String> reportsOf(
      String answer, String path, String asked, String own, String... options) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer.formatted(own));
        TestProxy proxy = TestProxy.before(upstream, options)) {
      proxy.load = LOAD;
      String request = "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + asked;
      try (Socket client = proxy.send(request + "Content-Length: 0\r\n\r\n")) {
        String head = readHead(client.getInputStream());
        var _ = proxy.next();
        return head.lines()
            .filter(line -> line.regionMatches(true, 0, NAME, 0, NAME.length()))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .toList();
      }
    }
  }
}
