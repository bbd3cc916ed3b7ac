package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class RequestBodyTest {
  private static final String BODY =
      """
      { "messages": [{"role": "user", "stream": true, "content": "\\"model\\": \\\\"}, {"max_tokens": 1}],
        "stop": ["model", "x:y"], "model":"m\u00e9", "metadata": {"model": "inner", "a": {"b": []}},
        "stream_options" : { "include_usage" : true, "continuous_usage_stats": false } ,
        "max_completion_tokens": 12, "ignore_eos":true,"stream":true,
        "n": 2, "logprobs": 0, "return_token_ids":true }
      """;

  @Test
  void onlyTheTopLevelAndTheStreamOptionsCount() {
    byte[] bytes = BODY.getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      RequestBody body = new RequestBody();
      body.read(bytes, 0, cut);
      body.read(bytes, cut, bytes.length);
      assertThat(body.model()).isEqualTo("mé");
      assertThat(body.tokensMax()).isEqualTo(12);
      assertThat(body.includeUsage()).isTrue();
      assertThat(body.continuousUsage()).isFalse();
      assertThat(body.ignoreEos()).isTrue();
      assertThat(body.stream()).isTrue();
      assertThat(body.choices()).isEqualTo(2);
      assertThat(body.logprobs()).isTrue();
      assertThat(body.tokenIds()).isTrue();
    }
  }

  @Test
  void escapesInANameAreReadAsJsonSays() {
    byte[] bytes =
        """
        {"mod\\u0065l": "a\\n\\t\\"\\\\\\/\\u00e9\\ud83d\\uDE00b\\ud83dc\\ude00\\ud83d"}
        """
            .getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      RequestBody body = new RequestBody();
      body.read(bytes, 0, cut);
      body.read(bytes, cut, bytes.length);
      assertThat(body.model()).isEqualTo("a\n\t\"\\/é😀b\ufffdc\ufffd\ufffd");
    }
  }

  @Test
  void aLongNameIsCutBehindAWholeCharacter() {
    for (String character : List.of("x", "é", "日", "😀", "\\ud83d\\ude00")) {
      for (int before = 0; before < 4; before++) {
        String json = "{\"model\":\"" + "a".repeat(before) + character.repeat(300) + "\"}";
        RequestBody body = new RequestBody();
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        body.read(bytes, 0, bytes.length);
        String name = Objects.requireNonNull(body.model());
        assertThat(name).doesNotContain("\ufffd");
        assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(253, 256);
      }
    }
  }

  @Test
  void nothingIsAskedForByNothing() {
    RequestBody body = new RequestBody();
    assertThat(body.model()).isNull();
    assertThat(body.tokensMax()).isNull();
    assertThat(body.stream()).isNull();
    assertThat(body.choices()).isEqualTo(1);
    assertThat(body.logprobs()).isFalse();
    assertThat(body.tokenIds()).isFalse();
    assertThat(body.promptTokens()).isEqualTo(1);
  }
}
