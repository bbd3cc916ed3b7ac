package dev.streamgauge.report.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineParserTest {
  private static final String WHOLE =
      """
      {"time":"2026-11-24T09:00:00.123Z","request_id":"a-1","trace_id":"t","method":"POST",\
      "path":"/v1/chat/completions","operation":"chat","model":"m","stream":true,"status":200,\
      "outcome":"ok","queue_ms":1.500,"connect_ms":0.250,"ttft_ms":80.001,"last_token_ms":180.001,\
      "duration_ms":181.000,"tpot_ms":10.000,"gap_max_ms":30.000,"gap_p50_ms":9.000,\
      "gap_p99_ms":29.000,"stalls":1,"chunks":11,"input_tokens":7,"output_tokens":11,\
      "phases":{"queue_ms":1.500,"rest_ms":78.501},"slow_because":"prefill",\
      "gpu":{"utilization":0.500,"energy_joules":12.250,"concurrent":2.000},"pod":"p"}\
      """;

  private final LineParser parser = new LineParser();

  @Test
  void aLineBecomesARequestToTheMicrosecond() {
    assertThat(parse(WHOLE))
        .isEqualTo(
            new LoggedRequest(
                1_795_510_800_123L,
                "a-1",
                "p",
                "m",
                false,
                true,
                Outcome.OK,
                new LoggedRequest.Times(
                    181_000L, 1500L, 250L, 80_001L, 180_001L, 10_000L, 9000L, 29_000L, 30_000L),
                new LoggedRequest.Tokens(11L, 7L, 11L, 1L),
                12.25,
                "prefill"));
  }

  @Test
  void whatIsAbsentStaysUnknown() {
    Line line = parse("{\"outcome\":\"caller_invalid\",\"duration_ms\":0.1}");
    assertThat(line)
        .isInstanceOfSatisfying(
            LoggedRequest.class,
            request -> {
              assertThat(request.atMillis()).isNull();
              assertThat(request.model()).isNull();
              assertThat(request.energyJoules()).isNull();
              assertThat(request.times())
                  .isEqualTo(
                      new LoggedRequest.Times(100, null, null, null, null, null, null, null, null));
            });
  }

  @Test
  void fieldsOfLaterVersionsAreNoMatter() {
    assertThat(
            parse(
                "{\"new\":[{\"a\":[1,null]}],\"outcome\":\"ok\",\"newer\":{\"queue_ms\":\"x\"},"
                    + "\"duration_ms\":1}"))
        .isInstanceOf(LoggedRequest.class);
  }

  @Test
  void whatStandsAheadOfTheObjectIsPassedOver() {
    assertThat(parse("[pod/llm-0/streamgauge] " + WHOLE)).isEqualTo(parse(WHOLE));
    assertThat(parse("2026-11-24T09:00:00.123456789Z stdout F " + WHOLE)).isEqualTo(parse(WHOLE));
    assertThat(parse("\uFEFF" + WHOLE)).isEqualTo(parse(WHOLE));
    assertThat(parse("x".repeat(256) + WHOLE)).isEqualTo(Rejection.NOT_JSON);
  }

  @Test
  void halfOfAPairOfCharactersIsNoPartOfAName() {
    String name = "\uD83D\uDE00".repeat(200);
    assertThat(model("x" + name)).isEqualTo("x" + "\uD83D\uDE00".repeat(127) + "?");
    assertThat(model("a\\ud800b")).isEqualTo("a?b");
  }

  private @Nullable String model(String name) {
    String line = "{\"outcome\":\"ok\",\"duration_ms\":1,\"model\":\"" + name + "\"}";
    return ((LoggedRequest) parse(line)).model();
  }

  @Test
  void whatIsNoLineOfOursIsNamed() {
    assertThat(parse("")).isEqualTo(Rejection.BLANK);
    assertThat(parse(" \t\r")).isEqualTo(Rejection.BLANK);
    assertThat(parse("INFO started")).isEqualTo(Rejection.NOT_JSON);
    assertThat(parse("[1]")).isEqualTo(Rejection.NOT_JSON);
    assertThat(parse(WHOLE + "x")).isEqualTo(Rejection.NOT_JSON);
    assertThat(parse(WHOLE + WHOLE)).isEqualTo(Rejection.NOT_JSON);
    assertThat(parse("{}")).isEqualTo(Rejection.NOT_ACCESS_LOG);
    assertThat(parse("{\"level\":\"info\",\"msg\":\"x\"}")).isEqualTo(Rejection.NOT_ACCESS_LOG);
    assertThat(parse("{\"outcome\":\"ok\"}")).isEqualTo(Rejection.NOT_ACCESS_LOG);
  }

  @Test
  void aValueThatCannotBeIsNamed() {
    for (String field :
        new String[] {
          "\"ttft_ms\":-1",
          "\"ttft_ms\":\"1\"",
          "\"ttft_ms\":null",
          "\"ttft_ms\":1e300",
          "\"ttft_ms\":1e999",
          "\"chunks\":{}",
          "\"model\":7",
          "\"time\":\"yesterday\"",
          "\"time\":\"2026-13-24T09:00:00.123Z\"",
          "\"gpu\":3",
          "\"gpu\":{\"energy_joules\":-2}"
        }) {
      assertThat(parse("{\"outcome\":\"ok\",\"duration_ms\":1," + field + "}"))
          .as(field)
          .isEqualTo(Rejection.BAD_VALUE);
    }
    assertThat(parse("{\"outcome\":\"fine\",\"duration_ms\":1}")).isEqualTo(Rejection.BAD_VALUE);
  }

  @Test
  void aLineThatIsCutAnywhereIsNoRequest() {
    byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      assertThat(parser.parse(bytes, 0, length)).isInstanceOf(Rejection.class);
    }
  }

  @Test
  void noBytesMakeItFail() {
    Random random = new Random(3);
    byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = whole.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      assertThat(parser.parse(bytes, 0, bytes.length)).isNotNull();
    }
  }

  @Test
  void aLongNameIsCutAndDeepNestingIsRefused() {
    Line line =
        parse("{\"outcome\":\"ok\",\"duration_ms\":1,\"model\":\"" + "m".repeat(9999) + "\"}");
    assertThat(line)
        .isInstanceOfSatisfying(
            LoggedRequest.class,
            request -> assertThat(request.model()).hasSize(RequestFields.NAME_CHARACTERS_MAX));
    String deep = "[".repeat(5000) + "]".repeat(5000);
    assertThat(parse("{\"outcome\":\"ok\",\"duration_ms\":1,\"x\":" + deep + "}"))
        .isEqualTo(Rejection.NOT_JSON);
  }

  private Line parse(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return parser.parse(bytes, 0, bytes.length);
  }
}
