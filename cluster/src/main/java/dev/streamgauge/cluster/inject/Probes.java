package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The model container's probes and hooks, after its server moved. They ask the server itself, as
 * before: whether it has loaded, and whether it lives, is not the sidecar's to say, and none of
 * them is a request of a client.
 */
final class Probes {
  static final String[] NAMES = {"startupProbe", "readinessProbe", "livenessProbe"};

  private static final String[] HOOKS = {"postStart", "preStop"};
  private static final String[] TARGETS = {"httpGet", "tcpSocket", "grpc"};
  private static final String LOOPBACK = "(localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1\\])";

  private final Container container;
  private final int from;
  private final int to;
  private final Journal journal;
  private final Pattern atLoopback;
  private final Pattern mention;

  Probes(Container container, int from, int to, Journal journal) {
    this.container = container;
    this.from = from;
    this.to = to;
    this.journal = journal;
    this.atLoopback = Pattern.compile(LOOPBACK + ":" + from + "(?![0-9])");
    this.mention = Pattern.compile("(?<![0-9])" + from + "(?![0-9])");
  }

  void follow() {
    for (String name : NAMES) {
      follow(Tree.object(container.root(), name), name);
    }
    for (String name : HOOKS) {
      follow(Tree.object(Tree.object(container.root(), "lifecycle"), name), name);
    }
  }

  private void follow(@Nullable ObjectNode handler, String name) {
    for (String kind : TARGETS) {
      ObjectNode target = Tree.object(handler, kind);
      if (target != null && isServer(target)) {
        target.put("port", to);
        journal.decided(
            Decision.Topic.PROBE,
            "container " + container.name() + ": " + name + " asks port " + to,
            "it is about the server itself, which moved from " + from);
      }
    }
    ArrayNode command = Tree.array(Tree.object(handler, "exec"), "command");
    if (command != null) {
      followCommand(command, name);
    }
  }

  private boolean isServer(ObjectNode target) {
    JsonNode port = target.get("port");
    if (port != null && port.isTextual()) {
      Integer named = container.portNamed(port.textValue());
      return named != null ? named == from : port.textValue().equals(Integer.toString(from));
    }
    Integer number = Tree.number(target, "port");
    return number != null && number == from;
  }

  private void followCommand(ArrayNode command, String name) {
    boolean moved = false;
    boolean left = false;
    for (int i = 0; i < command.size(); i++) {
      String word = command.get(i).asText();
      String changed = atLoopback.matcher(word).replaceAll("$1:" + to);
      if (!changed.equals(word)) {
        command.set(i, changed);
        moved = true;
      }
      left |= mention.matcher(changed).find();
    }
    if (moved) {
      journal.decided(
          Decision.Topic.PROBE,
          "container " + container.name() + ": the command of " + name + " asks port " + to,
          "it is about the server itself, which moved from " + from);
    }
    if (left) {
      journal.warn(
          Note.Warning.PROBE_LEFT,
          "container "
              + container.name()
              + ": the command of "
              + name
              + " has "
              + from
              + " in it, and was left: it may ask the sidecar in place of the server");
    }
  }
}
