package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A pod whose shape was checked: what is asked of it in several places. */
final class Pod {
  static final String NATIVE_RESTART_POLICY = "Always";

  private static final int GRACE_SECONDS_BY_DEFAULT = 30;

  private final ObjectNode root;

  Pod(ObjectNode root) {
    this.root = root;
  }

  ObjectNode root() {
    return root;
  }

  ObjectNode spec() {
    return Objects.requireNonNull(Tree.object(root, "spec"), "checked by PodShape");
  }

  ObjectNode madeMetadata() {
    return Tree.madeObject(root, "metadata");
  }

  Map<String, String> annotations() {
    return Tree.texts(Tree.object(Tree.object(root, "metadata"), "annotations"));
  }

  Map<String, String> labels() {
    return Tree.texts(Tree.object(Tree.object(root, "metadata"), "labels"));
  }

  @Nullable String namespace() {
    return Tree.text(Tree.object(root, "metadata"), "namespace");
  }

  /** Its name, or the beginning of the one that it will get. */
  String name() {
    ObjectNode metadata = Tree.object(root, "metadata");
    String name = Tree.text(metadata, "name");
    String generated = Tree.text(metadata, "generateName");
    return name != null ? name : generated != null ? generated : "";
  }

  List<Container> containers() {
    return listed("containers");
  }

  List<Container> initContainers() {
    return listed("initContainers");
  }

  /** Init containers first, as they start. */
  List<Container> allContainers() {
    List<Container> all = new ArrayList<>(initContainers());
    all.addAll(containers());
    all.addAll(listed("ephemeralContainers"));
    return all;
  }

  private List<Container> listed(String name) {
    return Tree.objects(spec(), name).stream().map(Container::new).toList();
  }

  /** Below zero is one second, as the API server takes it. */
  int graceSeconds() {
    Integer seconds = Tree.number(spec(), "terminationGracePeriodSeconds");
    return seconds == null ? GRACE_SECONDS_BY_DEFAULT : seconds < 0 ? 1 : seconds;
  }

  boolean has(String containerName) {
    return allContainers().stream().anyMatch(container -> container.name().equals(containerName));
  }

  /** Ends by itself when its work is done: of a Job, or never started again. */
  boolean ends() {
    String restartPolicy = Tree.text(spec(), "restartPolicy");
    boolean ofJob =
        Tree.objects(Tree.object(root, "metadata"), "ownerReferences").stream()
            .anyMatch(owner -> "Job".equals(Tree.text(owner, "kind")));
    return ofJob || (restartPolicy != null && !restartPolicy.equals(NATIVE_RESTART_POLICY));
  }
}
