package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks that what will be read or written of a pod has the types that Kubernetes gives it, so that
 * nobody behind has to ask again. Null stands for absent, as the API server takes it.
 */
final class PodShape {
  /** More than any real pod has; each is looked at several times. */
  static final int CONTAINERS_MAX = 256;

  /** Of one list: words, variables, ports, probes' words. */
  static final int ELEMENTS_MAX = 4096;

  static final int TEXT_CHARACTERS_MAX = 256 * 1024;

  private static final String[] CONTAINER_LISTS = {
    "containers", "initContainers", "ephemeralContainers"
  };
  private static final String[] PROBES = {"startupProbe", "readinessProbe", "livenessProbe"};
  private static final String[] TEXT_LISTS = {"command", "args"};

  private PodShape() {}

  static void check(ObjectNode pod) throws CannotInject {
    ObjectNode metadata = optionalObject(pod, "metadata", "metadata");
    if (metadata != null) {
      textMap(metadata, "labels", "metadata.labels");
      textMap(metadata, "annotations", "metadata.annotations");
      objectList(metadata, "ownerReferences", "metadata.ownerReferences");
    }
    ObjectNode spec = optionalObject(pod, "spec", "spec");
    if (spec == null) {
      throw malformed("spec", "is absent", "an object");
    }
    for (String name : CONTAINER_LISTS) {
      containers(spec, name);
    }
    ArrayNode containers = Tree.array(spec, "containers");
    if (containers == null || containers.isEmpty()) {
      throw malformed("spec.containers", "is empty", "at least one container");
    }
    number(spec, "terminationGracePeriodSeconds", "spec.terminationGracePeriodSeconds");
    text(spec, "restartPolicy", "spec.restartPolicy");
    ObjectNode security = optionalObject(spec, "securityContext", "spec.securityContext");
    if (security != null) {
      objectList(security, "sysctls", "spec.securityContext.sysctls");
    }
  }

  private static void containers(ObjectNode spec, String list) throws CannotInject {
    String path = "spec." + list;
    objectList(spec, list, path);
    ArrayNode containers = Tree.array(spec, list);
    int count = containers == null ? 0 : containers.size();
    if (count > CONTAINERS_MAX) {
      throw tooLarge(path, count + " containers", CONTAINERS_MAX + " at most");
    }
    for (int i = 0; containers != null && i < count; i++) {
      container((ObjectNode) containers.get(i), path + "[" + i + "]");
    }
  }

  private static void container(ObjectNode container, String path) throws CannotInject {
    if (Tree.text(container, "name") == null) {
      throw malformed(path + ".name", "is no text", "a name");
    }
    text(container, "image", path + ".image");
    text(container, "restartPolicy", path + ".restartPolicy");
    for (String list : TEXT_LISTS) {
      textList(container, list, path + "." + list);
    }
    objectList(container, "env", path + ".env");
    for (ObjectNode variable : Tree.objects(container, "env")) {
      text(variable, "name", path + ".env[].name");
      text(variable, "value", path + ".env[].value");
    }
    objectList(container, "envFrom", path + ".envFrom");
    ports(container, path + ".ports");
    for (String probe : PROBES) {
      handler(container, probe, path + "." + probe);
    }
    ObjectNode lifecycle = optionalObject(container, "lifecycle", path + ".lifecycle");
    if (lifecycle != null) {
      handler(lifecycle, "postStart", path + ".lifecycle.postStart");
      handler(lifecycle, "preStop", path + ".lifecycle.preStop");
    }
    ObjectNode resources = optionalObject(container, "resources", path + ".resources");
    if (resources != null) {
      optionalObject(resources, "requests", path + ".resources.requests");
      optionalObject(resources, "limits", path + ".resources.limits");
    }
  }

  private static void ports(ObjectNode container, String path) throws CannotInject {
    objectList(container, "ports", path);
    for (ObjectNode port : Tree.objects(container, "ports")) {
      text(port, "name", path + "[].name");
      text(port, "protocol", path + "[].protocol");
      number(port, "containerPort", path + "[].containerPort");
      number(port, "hostPort", path + "[].hostPort");
    }
  }

  private static void handler(ObjectNode parent, String name, String path) throws CannotInject {
    ObjectNode handler = optionalObject(parent, name, path);
    if (handler == null) {
      return;
    }
    for (String kind : new String[] {"httpGet", "tcpSocket", "grpc"}) {
      ObjectNode target = optionalObject(handler, kind, path + "." + kind);
      if (target != null && !target.path("port").isTextual()) {
        number(target, "port", path + "." + kind + ".port");
      }
    }
    ObjectNode exec = optionalObject(handler, "exec", path + ".exec");
    if (exec != null) {
      textList(exec, "command", path + ".exec.command");
    }
  }

  private static @Nullable ObjectNode optionalObject(ObjectNode parent, String name, String path)
      throws CannotInject {
    JsonNode child = parent.get(name);
    if (child == null || child.isNull()) {
      return null;
    }
    if (child instanceof ObjectNode object) {
      return object;
    }
    throw malformed(path, is(child), "an object");
  }

  private static void textMap(ObjectNode parent, String name, String path) throws CannotInject {
    ObjectNode map = optionalObject(parent, name, path);
    if (map == null) {
      return;
    }
    for (var entry : map.properties()) {
      if (!entry.getValue().isTextual() && !entry.getValue().isNull()) {
        throw malformed(path + "." + entry.getKey(), is(entry.getValue()), "a text");
      }
    }
  }

  private static void objectList(ObjectNode parent, String name, String path) throws CannotInject {
    for (JsonNode element : list(parent, name, path)) {
      if (!element.isObject()) {
        throw malformed(path, "has " + kind(element) + " in it", "objects");
      }
    }
  }

  private static void textList(ObjectNode parent, String name, String path) throws CannotInject {
    for (JsonNode element : list(parent, name, path)) {
      if (!element.isTextual()) {
        throw malformed(path, "has " + kind(element) + " in it", "texts");
      }
      if (element.textValue().length() > TEXT_CHARACTERS_MAX) {
        throw tooLarge(path, "a word of more", TEXT_CHARACTERS_MAX + " characters at most");
      }
    }
  }

  private static Iterable<JsonNode> list(ObjectNode parent, String name, String path)
      throws CannotInject {
    JsonNode child = parent.get(name);
    if (child == null || child.isNull()) {
      return List.of();
    }
    if (!child.isArray()) {
      throw malformed(path, is(child), "a list");
    }
    if (child.size() > ELEMENTS_MAX) {
      throw tooLarge(path, child.size() + " elements", ELEMENTS_MAX + " at most");
    }
    return child;
  }

  private static void text(ObjectNode parent, String name, String path) throws CannotInject {
    JsonNode child = parent.get(name);
    if (child != null && !child.isNull() && !child.isTextual()) {
      throw malformed(path, is(child), "a text");
    }
  }

  private static void number(ObjectNode parent, String name, String path) throws CannotInject {
    if (Tree.has(parent, name) && Tree.number(parent, name) == null) {
      throw malformed(path, is(parent.get(name)), "a whole number");
    }
  }

  private static String is(JsonNode node) {
    return "is " + kind(node);
  }

  private static String kind(JsonNode node) {
    String kind = node.getNodeType().name().toLowerCase(Locale.ROOT);
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object";
      case STRING -> "a text";
      case NUMBER -> "the number " + (node.asText().length() > 20 ? "..." : node.asText());
      case BOOLEAN, NULL, MISSING, BINARY -> kind;
    };
  }

  private static CannotInject malformed(String path, String what, String expected) {
    return new CannotInject(
        RefusalReason.MALFORMED_POD, path + ": " + what + " (expected: " + expected + ")");
  }

  private static CannotInject tooLarge(String path, String what, String expected) {
    return new CannotInject(
        RefusalReason.TOO_LARGE, path + ": " + what + " (expected: " + expected + ")");
  }
}
