package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Decision.Topic;

/** The restricted profile of Pod Security, at the container: whatever the pod's own level is. */
final class Security {
  private static final int USER_OF_THE_IMAGE = 65_532;
  private static final String UNPRIVILEGED_START = "net.ipv4.ip_unprivileged_port_start";

  private Security() {}

  static void set(Pod pod, ObjectNode sidecar, int listenPort, Journal journal)
      throws CannotInject {
    ObjectNode context = sidecar.putObject("securityContext");
    context.put("allowPrivilegeEscalation", false);
    context.putObject("capabilities").putArray("drop").add("ALL");
    context.put("readOnlyRootFilesystem", true);
    context.put("runAsNonRoot", true);
    ObjectNode ofPod = Tree.object(pod.spec(), "securityContext");
    Integer user = Tree.number(ofPod, "runAsUser");
    if (user != null && user == 0) {
      // inherited, it would contradict runAsNonRoot
      context.put("runAsUser", USER_OF_THE_IMAGE);
    }
    context.putObject("seccompProfile").put("type", "RuntimeDefault");
    journal.decided(
        Topic.SECURITY,
        "no root, no capabilities, a read-only root file system, the runtime's seccomp profile",
        "it needs nothing else, and namespaces with restricted Pod Security ask for it");
    if (Sidecar.isPrivileged(listenPort)) {
      allowLowPort(pod, listenPort, journal);
    }
  }

  /** A port below 1024 without a capability: by a sysctl that counts as safe (1.22). */
  private static void allowLowPort(Pod pod, int port, Journal journal) throws CannotInject {
    ObjectNode context = Tree.madeObject(pod.spec(), "securityContext");
    ArrayNode sysctls = Tree.madeArray(context, "sysctls");
    for (ObjectNode sysctl : Tree.objects(context, "sysctls")) {
      if (UNPRIVILEGED_START.equals(Tree.text(sysctl, "name"))) {
        String value = Tree.text(sysctl, "value");
        if (value == null || !value.matches("[0-9]{1,5}") || Integer.parseInt(value) > port) {
          throw new CannotInject(
              RefusalReason.PORT_TAKEN,
              "port "
                  + port
                  + " needs "
                  + UNPRIVILEGED_START
                  + " of at most "
                  + port
                  + ", and the pod sets it higher");
        }
        return;
      }
    }
    sysctls.addObject().put("name", UNPRIVILEGED_START).put("value", "0");
    journal.decided(
        Topic.SECURITY,
        "the pod's sysctl " + UNPRIVILEGED_START + " is 0",
        "the sidecar listens on port " + port + " without root; restricted Pod Security allows it");
  }
}
