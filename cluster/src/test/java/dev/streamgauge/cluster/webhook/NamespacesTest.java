package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamespacesTest {
  private final Namespaces namespaces = new Namespaces();

  @Test
  void onlyAnnotationsOfOursAreKept() throws Exception {
    namespaces.changed(namespace("a", "'streamgauge.dev/mode':'beside','other.dev/x':'y'"));
    assertThat(namespaces.annotations("a")).isEqualTo(Map.of("streamgauge.dev/mode", "beside"));
    assertThat(namespaces.annotations("b")).isEmpty();
  }

  /** kubectl and others keep whole manifests in annotations. */
  @Test
  void annotationsOfOthersTakeNoRoom() throws Exception {
    String large = "'kubectl.kubernetes.io/x':'" + "x".repeat(Namespaces.CHARACTERS_MAX) + "',";
    namespaces.changed(namespace("a", large + "'streamgauge.dev/mode':'beside'"));
    assertThat(namespaces.annotations("a")).isEqualTo(Map.of("streamgauge.dev/mode", "beside"));
  }

  @Test
  void whatIsTakenAwayIsGone() throws Exception {
    namespaces.changed(namespace("a", "'streamgauge.dev/mode':'beside'"));
    namespaces.changed(namespace("a", ""));
    assertThat(namespaces.annotations("a")).isEmpty();
  }

  @Test
  void whatIsNotInAListIsGone() throws Exception {
    namespaces.changed(namespace("a", "'streamgauge.dev/mode':'beside'"));
    namespaces.listBegun();
    namespaces.listed(namespace("b", "'streamgauge.dev/mode':'beside'"));
    assertThat(namespaces.annotations("a")).isNotEmpty();
    namespaces.listEnded();
    assertThat(namespaces.annotations("a")).isEmpty();
    assertThat(namespaces.annotations("b")).isNotEmpty();
  }

  private static ObjectNode namespace(String name, String annotations) throws Exception {
    String json = "{'metadata':{'name':'" + name + "','annotations':{" + annotations + "}}}";
    return (ObjectNode) Review.JSON.readTree(json.replace('\'', '"'));
  }
}
