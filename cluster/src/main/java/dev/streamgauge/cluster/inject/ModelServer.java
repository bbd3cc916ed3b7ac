package dev.streamgauge.cluster.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which container is the model server, and how it is started. */
final class ModelServer {
  /** Sidecars of others, which are never the model server. */
  private static final Set<String> OTHERS =
      Set.of("istio-proxy", "linkerd-proxy", "queue-proxy", "envoy", "daprd", "vault-agent");

  private ModelServer() {}

  static ServerStart find(Pod pod, Wishes wishes, Journal journal) throws CannotInject {
    String name = wishes.find(Settings.CONTAINER);
    return name == null ? recognized(pod, wishes, journal) : named(pod, name, wishes, journal);
  }

  private static ServerStart named(Pod pod, String name, Wishes wishes, Journal journal)
      throws CannotInject {
    for (Container container : pod.containers()) {
      if (container.name().equals(name)) {
        ServerStart start = start(container, wishes);
        journal.decided(
            Decision.Topic.MODEL,
            "container " + name + " is the model server: " + start.engine().label(),
            Settings.CONTAINER.annotation() + " names it");
        return start;
      }
    }
    throw new CannotInject(
        RefusalReason.NO_MODEL_CONTAINER,
        Settings.CONTAINER.annotation()
            + ": there is no container "
            + Shown.text(name)
            + " (expected: one of "
            + names(pod.containers())
            + ")");
  }

  private static ServerStart recognized(Pod pod, Wishes wishes, Journal journal)
      throws CannotInject {
    List<ServerStart> starts = new ArrayList<>();
    List<Container> candidates = new ArrayList<>();
    for (Container container : pod.containers()) {
      if (!OTHERS.contains(container.name())) {
        candidates.add(container);
        ServerStart start = ServerStart.find(container);
        if (start != null) {
          starts.add(start);
        }
      }
    }
    if (starts.size() > 1) {
      throw new CannotInject(
          RefusalReason.SEVERAL_MODEL_CONTAINERS,
          "several containers are model servers: "
              + names(starts.stream().map(ServerStart::container).toList())
              + " (expected: "
              + Settings.CONTAINER.annotation()
              + "=NAME)");
    }
    if (starts.size() == 1) {
      ServerStart start = named(starts.getFirst(), wishes);
      journal.decided(
          Decision.Topic.MODEL,
          "container "
              + start.container().name()
              + " is the model server: "
              + start.engine().label(),
          wishes.isSet(Settings.ENGINE)
              ? Settings.ENGINE.annotation() + " says so"
              : start.container().hasCommand()
                  ? "its command starts one"
                  : "its image or its arguments start one");
      return start;
    }
    if (candidates.size() != 1) {
      throw new CannotInject(
          RefusalReason.NO_MODEL_CONTAINER,
          "none of the containers is known to be a model server: "
              + names(candidates)
              + " (expected: "
              + Settings.CONTAINER.annotation()
              + "=NAME)");
    }
    ServerStart start = start(candidates.getFirst(), wishes);
    journal.decided(
        Decision.Topic.MODEL,
        "container " + start.container().name() + " is the model server: " + start.engine().label(),
        "there is no other");
    return start;
  }

  private static ServerStart start(Container container, Wishes wishes) throws CannotInject {
    Engine engine = wishes.find(Settings.ENGINE);
    if (engine != null) {
      return named(container, engine, wishes);
    }
    ServerStart found = ServerStart.find(container);
    return found != null ? found : generic(container, wishes);
  }

  private static ServerStart named(ServerStart found, Wishes wishes) throws CannotInject {
    Engine engine = wishes.find(Settings.ENGINE);
    return engine == null || engine == found.engine()
        ? found
        : named(found.container(), engine, wishes);
  }

  private static ServerStart named(Container container, Engine engine, Wishes wishes)
      throws CannotInject {
    boolean byVariable =
        engine == Engine.GENERIC
            && wishes.isSet(Settings.PORT_VARIABLE)
            && !wishes.isSet(Settings.PORT_ARGUMENT);
    return byVariable
        ? ServerStart.byVariable(container, engine)
        : ServerStart.named(container, engine);
  }

  /** Not known: its port can be changed only by what somebody says about it. */
  private static ServerStart generic(Container container, Wishes wishes) throws CannotInject {
    boolean touched = wishes.get(Settings.MODE) == Settings.Mode.TAKE_OVER;
    boolean told = wishes.isSet(Settings.PORT_ARGUMENT) || wishes.isSet(Settings.PORT_VARIABLE);
    if (touched && !told) {
      throw unknown(container);
    }
    return touched
        ? named(container, Engine.GENERIC, wishes)
        : new ServerStart(container, Engine.GENERIC, null);
  }

  private static CannotInject unknown(Container container) {
    Engine likely = Images.engine(container.image());
    String tell =
        " (expected: "
            + Settings.PORT_ARGUMENT.annotation()
            + " or "
            + Settings.PORT_VARIABLE.annotation()
            + ", or "
            + Settings.MODE.annotation()
            + "=beside)";
    return likely == null
        ? new CannotInject(
            RefusalReason.UNKNOWN_ENGINE,
            "container "
                + container.name()
                + " starts no model server that is known, so its port can't be moved"
                + tell)
        : new CannotInject(
            RefusalReason.UNREADABLE_COMMAND,
            "container "
                + container.name()
                + ": the image is "
                + likely.label()
                + "'s, but its command is none by which that is started"
                + tell);
  }

  private static String names(List<Container> containers) {
    List<@Nullable String> names = new ArrayList<>();
    containers.forEach(container -> names.add(Shown.text(container.name())));
    return String.join(", ", names);
  }
}
