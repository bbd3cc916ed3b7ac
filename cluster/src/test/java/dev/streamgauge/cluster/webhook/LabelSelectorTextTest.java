package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LabelSelectorTextTest {
  @Test
  void labelsAndExpressionsAreWrittenAsAListTakesThem() throws Exception {
    assertThat(
            text(
                "{'matchLabels':{'a':'1','b':''},'matchExpressions':["
                    + "{'key':'c','operator':'In','values':['x','y']},"
                    + "{'key':'d','operator':'NotIn','values':['z']},"
                    + "{'key':'e','operator':'Exists'},{'key':'f','operator':'DoesNotExist'}]}"))
        .isEqualTo("a=1,b=,c in (x,y),d notin (z),e,!f");
  }

  @Test
  void anEmptySelectorSelectsAll() throws Exception {
    assertThat(text("{}")).isNull();
    assertThat(text("null")).isNull();
  }

  private static @Nullable String text(String json) throws Exception {
    return LabelSelectorText.of(Review.JSON.readTree(json.replace('\'', '"')));
  }
}
