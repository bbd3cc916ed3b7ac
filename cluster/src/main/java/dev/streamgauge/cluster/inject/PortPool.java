package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a pod. All containers share one network, init containers among them. Declaring a
 * port is voluntary, so each number that stands anywhere in a command, a variable or a probe counts
 * as one that may be in use.
 */
final class PortPool {
  private static final int PORT_MAX = 65_535;

  /** Of Istio's sidecar: 15000 to 15099; of Linkerd's 4140 to 4191. They may come later. */
  private static final PortRange[] OF_MESHES = {
    new PortRange(15_000, 15_099), new PortRange(4_140, 4_191)
  };

  private final BitSet mentioned = new BitSet(PORT_MAX + 1);
  private final Map<Integer, String> declared = new HashMap<>();

  PortPool(Pod pod) {
    for (PortRange mesh : OF_MESHES) {
      mentioned.set(mesh.first(), mesh.last() + 1);
    }
    for (Container container : pod.allContainers()) {
      for (ObjectNode port : container.ports()) {
        Integer number = Tree.number(port, "containerPort");
        Integer onHost = Tree.number(port, "hostPort");
        if (number != null) {
          declared.putIfAbsent(number, container.name());
          mention(number);
        }
        if (onHost != null) {
          mention(onHost);
        }
      }
      Variables variables = container.variables();
      container.words().forEach(word -> mentionAll(variables.expanded(word.text())));
      for (ObjectNode variable : Tree.objects(container.root(), "env")) {
        String value = Tree.text(variable, "value");
        mentionAll(value == null ? "" : value);
      }
      for (String probe : Probes.NAMES) {
        mentionAll(Tree.object(container.root(), probe));
      }
      mentionAll(Tree.object(container.root(), "lifecycle"));
    }
  }

  private void mentionAll(@Nullable JsonNode tree) {
    if (tree == null) {
      return;
    }
    if (tree.isValueNode()) {
      mentionAll(tree.asText());
    } else {
      tree.forEach(this::mentionAll);
    }
  }

  private void mentionAll(String text) {
    int number = 0;
    int digits = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      if (c >= '0' && c <= '9') {
        number = digits < 5 ? number * 10 + (c - '0') : PORT_MAX + 1;
        digits++;
      } else {
        if (digits > 0) {
          mention(number);
        }
        number = 0;
        digits = 0;
      }
    }
  }

  private void mention(int port) {
    if (port >= 0 && port <= PORT_MAX) {
      mentioned.set(port);
    }
  }

  /** The container that declares it; null where none does. */
  @Nullable String owner(int port) {
    return declared.get(port);
  }

  /** Gives away one that somebody asked for by name. */
  void take(int port, String forWhat, @Nullable String exceptOf) throws CannotInject {
    String owner = owner(port);
    if (owner != null && !owner.equals(exceptOf)) {
      throw new CannotInject(
          RefusalReason.PORT_TAKEN,
          "port " + port + " for " + forWhat + " is that of container " + owner);
    }
    mention(port);
    declared.putIfAbsent(port, forWhat);
  }

  /** The first of the range that nobody mentions. */
  int free(PortRange range, String forWhat) throws CannotInject {
    int port = mentioned.nextClearBit(range.first());
    if (port > range.last()) {
      throw new CannotInject(
          RefusalReason.NO_FREE_PORT,
          "no free port from " + range.first() + " to " + range.last() + " for " + forWhat);
    }
    take(port, forWhat, null);
    return port;
  }
}
