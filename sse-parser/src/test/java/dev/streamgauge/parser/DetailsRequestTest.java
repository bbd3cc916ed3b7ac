package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How TGI is asked for details: GenerateRequest and GenerateParameters of router/src/lib.rs. */
class DetailsRequestTest {
  private static final String STREAM = "/generate_stream";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"inputs\":\"a\",\"parameters\":{}}|{\"inputs\":\"a\",\"parameters\":{\"details\":true}}",
        "{\"parameters\": { \"seed\": 1},\"inputs\":\"a\"}|"
            + "{\"parameters\": {\"details\":true, \"seed\": 1},\"inputs\":\"a\"}",
        "{\"inputs\":\"a\",\"stream\":false,\"parameters\":{\"stop\":[]}}|"
            + "{\"inputs\":\"a\",\"stream\":false,\"parameters\":{\"details\":true,\"stop\":[]}}",
        "{\"inputs\":\"a\",\"parameters\":{\"grammar\":{\"value\":{\"x\":1}}}}|"
            + "{\"inputs\":\"a\",\"parameters\":{\"details\":true,\"grammar\":{\"value\":{\"x\":1}}}}",
      })
  void detailsAreAskedForByOneSplice(String body, String expected) {
    assertThat(spliced(STREAM, body)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"inputs\":\"a\"}|NO_PARAMETERS",
        "{\"inputs\":\"a\",\"parameters\":null}|NO_PARAMETERS",
        "{\"inputs\":[\"a\"],\"parameters\":{}}|NO_PARAMETERS",
        "{\"parameters\":{}}|NO_PARAMETERS",
        "{\"inputs\":\"a\",\"parameters\":{\"details\":true}}|ALREADY_ASKED",
        "{\"inputs\":\"a\",\"parameters\":{\"details\":false}}|DECLINED",
        "{\"inputs\":\"a\",\"parameters\":{\"details\":null}}|AMBIGUOUS",
        "{\"inputs\":\"a\",\"parameters\":{\"details\":true,\"details\":true}}|AMBIGUOUS",
        "{\"inputs\":\"a\",\"parameters\":{},\"parameters\":{}}|AMBIGUOUS",
        "{\"inputs\":\"a\",\"p\\u0061rameters\":{}}|AMBIGUOUS",
        "{\"inputs\":\"a\",\"parameters\":{}|NOT_JSON",
        "[]|NOT_JSON",
        "|NOT_JSON",
      })
  void whatCouldChangeMoreIsLeftAlone(String body, UsageInjection reason) {
    assertThat(splice(STREAM, body == null ? "" : body).result()).isEqualTo(reason);
  }

  @Test
  void atTheRootTheBodyMustAskForAStream() {
    String stream = "{\"inputs\":\"a\",\"stream\":true,\"parameters\":{}}";
    assertThat(splice("/", stream).result()).isEqualTo(UsageInjection.INJECTED);
    assertThat(splice("/", stream.replace("true", "false")).result())
        .isEqualTo(UsageInjection.NOT_STREAMING);
    assertThat(splice("/", "{\"jsonrpc\":\"2.0\"}").result())
        .isEqualTo(UsageInjection.NOT_STREAMING);
  }

  @Test
  void onlyWhatIsTgisIsReadSo() {
    assertThat(RequestReader.canAskUsage("POST", "/generate_stream?a=b")).isTrue();
    assertThat(RequestReader.canAskUsage("POST", "/")).isTrue();
    assertThat(RequestReader.canAskUsage("GET", "/")).isFalse();
    assertThat(RequestReader.canAskUsage("POST", "/v2/models/m/generate_stream")).isFalse();
    assertThat(RequestReader.canAskUsage("POST", "/generate")).isFalse();
    assertThat(splice("/v1/completions", "{\"stream\":true}").text()).contains("include_usage");
  }

  private static UsageSplice splice(String path, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return UsageRequest.read(path, bytes, 0, bytes.length);
  }

  private static String spliced(String path, String body) {
    UsageSplice splice = splice(path, body);
    assertThat(splice.result()).isEqualTo(UsageInjection.INJECTED);
    return body.substring(0, splice.at())
        + splice.text()
        + body.substring(splice.at() + splice.replaced());
  }
}
