package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Decision.Topic;

/** Lets the sidecar see the pod's GPUs without asking for one; see docs/gpu.md. */
final class Gpus {
  private Gpus() {}

  static void show(Pod pod, Container model, ObjectNode sidecar, Wishes wishes, Journal journal) {
    Settings.GpuVisibility visibility = wishes.get(Settings.GPU_VISIBILITY);
    if (!asksForNvidia(model)) {
      return;
    }
    switch (visibility) {
      case OFF ->
          journal.decided(
              Topic.GPU,
              "the sidecar does not see the GPU",
              Settings.GPU_VISIBILITY.name()
                  + " is off: on some clusters a container that wants to see one can't start");
      case RUNTIME -> variables(sidecar, journal);
      case RUNTIME_CLASS -> {
        variables(sidecar, journal);
        if (!Tree.has(pod.spec(), "runtimeClassName")) {
          pod.spec().put("runtimeClassName", wishes.get(Settings.GPU_RUNTIME_CLASS));
          journal.decided(
              Topic.GPU,
              "the pod's runtime class is " + wishes.get(Settings.GPU_RUNTIME_CLASS),
              "it had none, and this one shows GPUs");
        }
      }
    }
  }

  private static void variables(ObjectNode sidecar, Journal journal) {
    ArrayNode env = Tree.madeArray(sidecar, "env");
    env.addObject().put("name", "NVIDIA_VISIBLE_DEVICES").put("value", "all");
    env.addObject().put("name", "NVIDIA_DRIVER_CAPABILITIES").put("value", "utility");
    journal.decided(
        Topic.GPU,
        "the sidecar sees all GPUs of the node, and measures the one that is there alone, or those"
            + " of --gpu",
        "which of them the pod gets is not known before it starts; none is asked for");
  }

  private static boolean asksForNvidia(Container model) {
    for (String kind : new String[] {"limits", "requests"}) {
      ObjectNode quantities = Tree.object(Tree.object(model.root(), "resources"), kind);
      if (quantities != null) {
        for (var quantity : quantities.properties()) {
          if (quantity.getKey().startsWith("nvidia.com/")) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
