package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class JsonPatchTest {
  @Test
  void equalObjectsHaveAnEmptyPatch() throws Exception {
    ObjectNode pod = object("{'metadata':{'name':'a'},'spec':{'containers':[{'name':'m'}]}}");
    assertThat(JsonPatch.between(pod, pod.deepCopy())).isEmpty();
  }

  @Test
  void whatIsNewIsAddedWhatIsOtherIsReplacedWhatIsGoneIsRemoved() throws Exception {
    assertThat(patch("{'spec':{'a':1,'b':[1],'c':2}}", "{'spec':{'b':[2],'c':2,'d':{}}}"))
        .isEqualTo(
            array(
                "[{'op':'remove','path':'/spec/a'},{'op':'replace','path':'/spec/b','value':[2]},"
                    + "{'op':'add','path':'/spec/d','value':{}}]"));
  }

  /** {@code metadata.annotations} is one field: added whole where there was none. */
  @Test
  void aFieldBelowSpecOrMetadataIsReplacedWhole() throws Exception {
    assertThat(
            patch(
                "{'metadata':{'labels':{'a':'1'}}}",
                "{'metadata':{'labels':{'a':'1','b':'2'},'annotations':{'x':'y'}}}"))
        .isEqualTo(
            array(
                "[{'op':'replace','path':'/metadata/labels','value':{'a':'1','b':'2'}},"
                    + "{'op':'add','path':'/metadata/annotations','value':{'x':'y'}}]"));
  }

  @Test
  void aWholePartThatWasNotThereIsAdded() throws Exception {
    assertThat(patch("{'spec':{}}", "{'spec':{},'metadata':{'name':'a'}}"))
        .isEqualTo(array("[{'op':'add','path':'/metadata','value':{'name':'a'}}]"));
  }

  @Test
  void namesAreEscapedAsRfc6901Says() throws Exception {
    assertThat(patch("{'spec':{}}", "{'spec':{'a/b~c':1}}"))
        .isEqualTo(array("[{'op':'add','path':'/spec/a~1b~0c','value':1}]"));
  }

  private static ArrayNode patch(String before, String after) throws Exception {
    return JsonPatch.between(object(before), object(after));
  }

  private static ObjectNode object(String text) throws Exception {
    return (ObjectNode) json(text);
  }

  private static ArrayNode array(String text) throws Exception {
    return (ArrayNode) json(text);
  }

  private static JsonNode json(String text) throws Exception {
    return Review.JSON.readTree(text.replace('\'', '"'));
  }
}
