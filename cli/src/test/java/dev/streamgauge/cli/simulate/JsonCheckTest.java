package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonCheckTest {
  private static JsonCheck read(String text) {
    JsonCheck check = new JsonCheck();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      check.read(b);
    }
    return check;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {\"a\" : [ ] , \"b\":{\"c\":[1,-0.5e+10,0,10E2,true,false,null]}}\n",
        "{\"é\\u00e9\\\"\":\"\\\\\"}",
        "{\"a\":-0}"
      })
  void anObjectIsSound(String text) {
    assertThat(read(text).sound()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":tru}",
        "{\"a\":nul",
        "{\"a\":'b'}",
        "{a:1}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\n\"}",
        "{} {}",
        "{\"a\":1 2}",
        "{\"a\" 1}",
        "{\"a\":1]"
      })
  void anythingElseIsNot(String text) {
    assertThat(read(text).sound()).isFalse();
  }

  @Test
  void whereItWentWrongIsKnown() {
    assertThat(read("{\"a\":,1}").soundBytes()).isEqualTo(5);
    assertThat(read("{\"a\":1").soundBytes()).isEqualTo(6);
  }

  @Test
  void nestingIsBounded() {
    String open = "{\"a\":".repeat(JsonCheck.DEPTH_MAX);
    String close = "}".repeat(JsonCheck.DEPTH_MAX);
    assertThat(read(open + "1" + close).sound()).isTrue();
    assertThat(read("{\"a\":" + open + "1" + close + "}").sound()).isFalse();
  }
}
