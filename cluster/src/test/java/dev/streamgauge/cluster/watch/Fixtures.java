package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Objects as the API server sends them, with what matters here. */
final class Fixtures {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Fixtures() {}

  /** Of {@code src/test/resources/pods}: llama-0 of the Deployment llama, made at 00:00:00. */
  static ObjectNode pod(String file) {
    try (InputStream in = Fixtures.class.getResourceAsStream("/pods/" + file + ".json")) {
      return (ObjectNode) MAPPER.readTree(Objects.requireNonNull(in, file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In JSON with single quotes. */
  static ObjectNode object(String json) {
    try {
      JsonNode node = MAPPER.readTree(json.replace('\'', '"'));
      return (ObjectNode) node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same pod under another name, as another object. */
  static ObjectNode named(ObjectNode pod, String name, String uid) {
    ObjectNode copy = pod.deepCopy();
    copy.withObject("/metadata").put("name", name).put("uid", uid);
    return copy;
  }

  /** Its first container was started again so often, and ended like that before. */
  static ObjectNode restarted(ObjectNode pod, int times, String reason, int exitCode) {
    ObjectNode copy = pod.deepCopy();
    ObjectNode status = (ObjectNode) copy.at("/status/containerStatuses/0");
    status.put("restartCount", times);
    status
        .withObject("/lastState/terminated")
        .put("reason", reason)
        .put("exitCode", exitCode)
        .put("startedAt", "2026-01-01T00:00:20Z");
    return copy;
  }

  static ObjectNode event(String name, String uid, String about, String reason, int count) {
    return object(
        """
        {'metadata':{'name':'%s','namespace':'prod','uid':'%s','creationTimestamp':'2026-01-01T00:01:00Z'},
         'involvedObject':{'kind':'Pod','namespace':'prod','name':'%s','fieldPath':'spec.containers{server}'},
         'type':'Warning','reason':'%s','message':'it happened','count':%d,
         'firstTimestamp':'2026-01-01T00:01:00Z','lastTimestamp':'2026-01-01T00:02:00Z',
         'source':{'component':'kubelet','host':'gpu-1'}}"""
            .formatted(name, uid, about, reason, count));
  }

  static ObjectNode deployment(int replicas, int ready, String manager) {
    return object(
        """
        {'metadata':{'name':'llama','namespace':'prod','uid':'d1',
          'managedFields':[{'manager':'helm','time':'2026-01-01T00:00:00Z','fieldsV1':{'f:spec':{'f:replicas':{}}}},
            {'manager':'%s','time':'2026-01-01T00:03:00Z','fieldsV1':{'f:spec':{'f:replicas':{}}}}]},
         'spec':{'replicas':%d,'template':{'metadata':{'annotations':{'streamgauge.dev/engine':'vllm'}}}},
         'status':{'readyReplicas':%d,'availableReplicas':%d}}"""
            .formatted(manager, replicas, ready, ready));
  }
}
