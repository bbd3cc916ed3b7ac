package dev.streamgauge.telemetry;

import static dev.streamgauge.telemetry.Records.ms;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.streamgauge.telemetry.AccessLogJson.Extras;
import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import dev.streamgauge.telemetry.TelemetrySettings.Target;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogJsonTest {
  private static final AccessLogging FULL = AccessLogging.defaults().withClient(ClientAddress.FULL);

  @Test
  void theReferencePageNamesEveryField() throws IOException {
    String page = Files.readString(Path.of("../docs/reference/access-log.md"));
    String code =
        Files.readString(Path.of("src/main/java/dev/streamgauge/telemetry/AccessLogFields.java"));
    List<String> names =
        Pattern.compile("name\\(\"([a-z0-9_]+)\"\\)")
            .matcher(code)
            .results()
            .map(name -> name.group(1))
            .toList();
    assertThat(names).hasSizeGreaterThan(40);
    assertThat(names).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }

  @Test
  void whatIsNotKnownOfAGpuIsAbsent() {
    String line = line(FULL, Records.streamed().gpu(null, null, false), Extras.none());
    assertThat(line).contains("\"gpu\":{\"concurrent\":2.500}");
    assertThat(line(FULL, Records.streamed(), Extras.none())).doesNotContain("\"gpu\"");
  }

  @Test
  void everyFieldThatIsKnownIsThereInTheContractsOrder() {
    AccessLogging inPod =
        new AccessLogging(
            new Target.Stdout(),
            1.0,
            ClientAddress.FULL,
            16,
            new TelemetrySettings.LogFormat.Json(),
            "pod-1",
            "space",
            "node-1",
            List.of());

    assertThat(
            line(
                inPod,
                Records.streamed()
                    .engine(ms(10), ms(50))
                    .gpuMemory(12345678901.4)
                    .gpu(0.875, 12.3456, false)
                    .grpcStatus(13)
                    .error("late"),
                Extras.ofFile("a.sgx").withTimesMicros(new long[] {0, 12345}, null)))
        .isEqualTo(
            """
            {"time":"2026-03-04T05:06:07.089Z","request_id":"req-1",\
            "trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331",\
            "method":"POST","path":"/v1/chat/completions","protocol":"http/1.1",\
            "dialect":"openai_chat","operation":"chat","model":"llama","stream":true,\
            "status":200,"outcome":"ok","finish_reason":"stop","queue_ms":2.000,\
            "connect_ms":3.000,"headers_ms":20.000,"ttfb_ms":21.000,"ttft_ms":100.000,\
            "ttfa_ms":120.000,"last_token_ms":400.000,"duration_ms":500.000,"tpot_ms":10.000,\
            "gap_max_ms":15.500,"gap_p50_ms":10.000,"gap_p99_ms":15.000,"stalls":0,\
            "client_paused_ms":0.000,"chunks":31,"input_tokens":12,"output_tokens":31,\
            "cached_input_tokens":4,"reasoning_tokens":0,"tokens_source":"usage",\
            "output_tokens_per_second":103.333,"request_bytes":123,"response_bytes":4567,\
            "client":"192.0.2.77","upstream_reused":false,"retries":0,"grpc_status":13,\
            "phases":{"queue_ms":2.000,"connect_ms":3.000,"headers_ms":14.000,\
            "engine_queue_ms":10.000,"prefill_ms":50.000,"rest_ms":21.000},\
            "engine":{"queue_ms":10.000,"prefill_ms":50.000},\
            "gpu":{"utilization":0.875,"memory_used_bytes":12345678901,"energy_joules":12.346,\
            "joules_per_output_token":0.398,"concurrent":2.500},"pod":"pod-1","namespace":"space","node":"node-1","error":"late","file":"a.sgx",\
            "token_times_us":[0,12345]}
            """);
  }

  @Test
  void whatIsUnknownIsLeftOut() {
    assertThat(line(AccessLogging.defaults(), Records.refused(), Extras.none()))
        .isEqualTo(
            """
            {"time":"2026-03-04T05:06:07.089Z","request_id":"req-1","protocol":"http/1.1",\
            "dialect":"unknown","operation":"other","stream":false,"status":400,\
            "outcome":"caller_invalid","duration_ms":1.000,"client_paused_ms":0.000,\
            "request_bytes":123,"response_bytes":4567,"retries":0,"error":"bad request line"}
            """);
  }

  @Test
  void aRequestThatTheQueueSentAwayWaitedNoLongerThanUntilThen() {
    RequestRecord.Points points = Records.neverAdmitted(3_000_000L, 700_000_000L);
    assertThat(line(Records.refused().outcome(Outcome.POLICY_QUEUE_FULL).points(points)))
        .contains("\"queue_ms\":3.000", "\"duration_ms\":700.000");
  }

  @Test
  void aRequestThatLeftTheQueueWithoutBeingAdmittedWaitedToItsEnd() {
    assertThat(line(Records.refused().outcome(Outcome.POLICY_QUEUE_TIMEOUT)))
        .contains("\"queue_ms\":1.000");
  }

  @Test
  void aQueryIsNeverWritten() {
    assertThat(line(Records.streamed().path("/v1/models?key=secret")))
        .contains("\"path\":\"/v1/models\"")
        .doesNotContain("secret");
  }

  @Test
  void nothingFromOutsideEndsTheStringOrTheLine() {
    assertThat(line(Records.streamed().model("a\"b\\c\nd\re\u0000f\u007f\u0085g\u2028h\u001b[1m")))
        .contains(
            "\"model\":\"a\\\"b\\\\c\\u000ad\\u000de\\u0000f\\u007f\\u0085g\\u2028h\\u001b[1m\",");
  }

  @Test
  void textBeyondAsciiIsUtf8AndHalfASurrogatePairIsReplaced() {
    assertThat(line(Records.streamed().model("é漢😀"))).contains("\"model\":\"é漢😀\"");
    assertThat(line(Records.streamed().model("a\ud83d|\ude00|\ude00\ud83d")))
        .contains("\"model\":\"a\ufffd|\ufffd|\ufffd\ufffd\"");
  }

  @Test
  void anyStringComesBackFromAParserAsItWas() throws IOException {
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      String model =
          random
              .ints(12, 0, 0x10FFFF)
              .map(c -> i(c, random))
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String line = line(Records.streamed().model(model));

      assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
      assertThat(parsedModel(line)).isEqualTo(model);
    }
  }

  @Test
  void printedPartsOfTheTtftAddUpToItAsPrinted() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      long at = 0;
      long[] points = new long[9];
      for (int point = 0; point < points.length; point++) {
        at += random.nextLong(5_000_000);
        points[point] = at;
      }
      String line = line(Records.streamed().points(points(points)).engine(at / 7, at / 5));

      assertThat(sumOfPhasesMicros(line)).isEqualTo(points[8] / 1000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.77, 192.0.2.0/24",
    "255.254.253.252, 255.254.253.0/24",
    "2001:db8:a:b::1, 2001:db8:a::/48",
    "2001:db8::1, 2001:db8::/48",
    "fe80::1%eth0, fe80::/48",
    "::1, ::/48",
    "::ffff:192.0.2.77, 192.0.2.0/24",
    "unix, ",
  })
  void aPrefixTellsTheNetworkOnly(String client, @Nullable String prefix) {
    String line =
        line(
            AccessLogging.defaults().withClient(ClientAddress.PREFIX),
            Records.streamed().client(client),
            Extras.none());

    if (prefix == null) {
      assertThat(line).doesNotContain("\"client\"");
    } else {
      assertThat(line).contains("\"client\":\"" + prefix + "\"");
    }
  }

  @Test
  void theClientIsNotNamedUnlessAskedFor() {
    assertThat(line(AccessLogging.defaults(), Records.streamed(), Extras.none()))
        .doesNotContain("192.0.2");
  }

  /** Mostly such characters as need care, never half a surrogate pair. */
  private static int i(int codePoint, Random random) {
    int chosen = random.nextInt(3) == 0 ? codePoint : codePoint % 0x100;
    return Character.getType(chosen) == Character.SURROGATE ? 'x' : chosen;
  }

  private static RequestRecord.Points points(long[] at) {
    return new RequestRecord.Points(
        at[0], at[1], null, at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[8], at[8], at[8]);
  }

  private static @Nullable String parsedModel(String line) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      String model = null;
      while (parser.nextToken() != null) {
        if ("model".equals(parser.currentName())) {
          model = parser.getText();
        }
      }
      return model;
    }
  }

  private static long sumOfPhasesMicros(String line) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      while (!"phases".equals(parser.currentName())) {
        parser.nextToken();
      }
      long sum = 0;
      JsonToken token = parser.nextToken();
      while (token != JsonToken.END_OBJECT) {
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
          sum += parser.getDecimalValue().movePointRight(3).longValueExact();
        }
        token = parser.nextToken();
      }
      return sum;
    }
  }

  private static String line(Records records) {
    return line(FULL, records, Extras.none());
  }

  private static String line(AccessLogging settings, Records records, Extras extras) {
    return new String(new AccessLogJson(settings).line(records.record(), extras), UTF_8);
  }
}
