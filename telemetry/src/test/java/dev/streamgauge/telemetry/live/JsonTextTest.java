package dev.streamgauge.telemetry.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void nothingFromOutsideEndsAStringALineOrAnEvent() {
    JsonText json = new JsonText(16).open().field("a\"", "x\"\\\n\r</script>\u2028\u00e9").close();
    assertThat(json.toString())
        .isEqualTo("{\"a\\u0022\":\"x\\u0022\\u005c\\u000a\\u000d\\u003c/script>\\u2028\\u00e9\"}");
    assertThat(new String(json.event("e"), StandardCharsets.US_ASCII))
        .startsWith("event: e\ndata: {")
        .endsWith("}\n\n")
        .hasLineCount(3);
  }

  @Test
  void whatIsNotKnownIsNullInAListAndNoFieldInAnObject() {
    JsonText json = new JsonText(16).open().openList("list").number(Double.NaN).string(null);
    json.number(1.5).number(2.0).number(0.12345).closeList();
    json.field("none", (String) null).field("nan", (Double) Double.NaN).field("one", 1L);
    json.openList("rows").openList().number(1).closeList().openList().closeList().closeList();
    assertThat(json.close().toString())
        .isEqualTo("{\"list\":[null,null,1.5,2,0.123],\"one\":1,\"rows\":[[1],[]]}");
  }
}
