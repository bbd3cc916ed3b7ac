package dev.streamgauge.cluster.inject;

import dev.streamgauge.cluster.inject.Setting.Place;
import dev.streamgauge.config.Choice;
import dev.streamgauge.config.CommaList;
import dev.streamgauge.config.Labelled;
import dev.streamgauge.config.Text;
import dev.streamgauge.config.TrueFalse;
import dev.streamgauge.config.ValueType;
import dev.streamgauge.config.WholeNumber;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that can be set about the injection. */
final class Settings {
  private static final TrueFalse TRUE_FALSE = new TrueFalse();
  private static final WholeNumber PORT_NUMBER = new WholeNumber(1, 65_535);
  private static final Name OBJECT_NAME =
      new Name(
          "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
          "a name of Kubernetes: at most 253 of a-z, 0-9, - and .");
  private static final String IMAGE_PATH = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*+";
  private static final Name IMAGE_NAME =
      new Name(
          "(?=.{1,512}$)(?:(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+])(?::[0-9]+)?/)?"
              + IMAGE_PATH
              + "(?:/"
              + IMAGE_PATH
              + ")*+(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
              + "(?:@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,128})?",
          "an image, as registry.example/streamgauge:0.1.0, of at most 512 characters");
  private static final String ATTRIBUTE = "[A-Za-z0-9_./-]+=(?:[!-$&-+\\--~]|%[0-9A-Fa-f]{2})*+";
  private static final int SECONDS_MAX = 7 * 24 * 3600;

  /** How the sidecar comes between client and server. */
  enum Mode implements Labelled {
    /** It takes the server's port, and the server moves. */
    TAKE_OVER("take-over"),
    /** It listens on a port of its own; nothing else changes. */
    BESIDE("beside");

    private final String label;

    Mode(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** What kind of container it is. */
  enum Kind implements Labelled {
    /** An init container that is restarted (Kubernetes 1.29). */
    NATIVE("native"),
    ORDINARY("ordinary");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** What the server speaks on the port that is taken. */
  enum Protocol implements Labelled {
    HTTP("http"),
    GRPC("grpc");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** How the sidecar gets to see the pod's GPUs. */
  enum GpuVisibility implements Labelled {
    OFF("off"),
    /** By the variables that NVIDIA's container runtime reads. */
    RUNTIME("runtime"),
    /** The same, and the runtime class that has this runtime. */
    RUNTIME_CLASS("runtime-class");

    private final String label;

    GpuVisibility(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** When the image is pulled. */
  enum PullPolicy implements Labelled {
    ALWAYS("Always"),
    IF_NOT_PRESENT("IfNotPresent"),
    NEVER("Never");

    private final String label;

    PullPolicy(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  static final Setting<Boolean> INJECT =
      pod(
          "inject",
          TRUE_FALSE,
          null,
          "Whether the pod gets a sidecar; as a label, too, and by the label alone the chart's webhook"
              + " is asked");
  static final Setting<Mode> MODE =
      anywhere(
          "mode",
          Choice.of(Mode.class),
          "take-over",
          "take-over: the sidecar takes the server's port and the server moves; beside: the sidecar"
              + " listens on a port of its own and nothing else changes");
  static final Setting<Kind> SIDECAR =
      anywhere(
          "sidecar",
          Choice.of(Kind.class),
          "native",
          "native: an init container with restartPolicy Always (Kubernetes 1.29 and later);"
              + " ordinary: one of the containers");
  static final Setting<String> CONTAINER =
      pod("container", new Text("NAME", 63), null, "Which container is the model server");
  static final Setting<Engine> ENGINE =
      pod("engine", Choice.of(Engine.class), null, "What the model server is");
  static final Setting<Protocol> PROTOCOL =
      pod(
          "protocol",
          Choice.of(Protocol.class),
          "http",
          "What the server speaks on the port that is taken");
  static final Setting<Integer> PORT =
      pod("port", PORT_NUMBER, null, "The port that the server listens on and clients know");
  static final Setting<Integer> SERVER_PORT =
      pod("server-port", PORT_NUMBER, null, "The port that the server moves to");
  static final Setting<String> PORT_ARGUMENT =
      pod(
          "port-argument",
          new Name("-[-A-Za-z0-9_.]{1,62}", "an option's name with its dashes, as --port"),
          null,
          "By which option the server takes its port, where the engine is not known");
  static final Setting<String> PORT_VARIABLE =
      pod(
          "port-variable",
          new Name("[A-Za-z_][A-Za-z0-9_]{0,62}", "a variable's name, as PORT"),
          null,
          "By which variable the server takes its port, where the engine is not known");
  static final Setting<PortRange> SERVER_PORTS =
      policy("server-ports", new PortRange.Type(), "18000-18099", "Where servers move to");
  static final Setting<Integer> LISTEN_PORT =
      anywhere("listen-port", PORT_NUMBER, "18100", "The sidecar's own port in the mode beside");
  static final Setting<String> LISTEN_ADDRESS =
      anywhere(
          "listen-address",
          new Name("0\\.0\\.0\\.0|::", "0.0.0.0 or ::"),
          "0.0.0.0",
          "The address that the sidecar listens on; :: where pods have IPv6 addresses");
  static final Setting<Integer> ADMIN_PORT =
      anywhere(
          "admin-port",
          PORT_NUMBER,
          "9464",
          "The sidecar's port for metrics and health; the next free one where it is taken");
  static final Setting<String> IMAGE =
      anywhere("image", IMAGE_NAME, "streamgauge:0.1.0", "The sidecar's image");
  static final Setting<PullPolicy> IMAGE_PULL_POLICY =
      anywhere("image-pull-policy", Choice.of(PullPolicy.class), null, "When the image is pulled");
  static final Setting<String> CPU_REQUEST =
      anywhere("cpu-request", new Quantity(), "100m", "The sidecar's requests.cpu");
  static final Setting<String> CPU_LIMIT =
      anywhere("cpu-limit", new Quantity(), "1", "The sidecar's limits.cpu");
  static final Setting<String> MEMORY_REQUEST =
      anywhere("memory-request", new Quantity(), "256Mi", "The sidecar's requests.memory");
  static final Setting<String> MEMORY_LIMIT =
      anywhere("memory-limit", new Quantity(), "256Mi", "The sidecar's limits.memory");
  static final Setting<Integer> GRACE_SECONDS =
      anywhere(
          "grace-seconds",
          new WholeNumber(1, SECONDS_MAX),
          null,
          "The least terminationGracePeriodSeconds; a pod's own longer one stays");
  static final Setting<Boolean> DRAIN_HOOK =
      anywhere(
          "drain-hook",
          TRUE_FALSE,
          "false",
          "Whether the model container gets a preStop hook that waits until nothing is in flight");
  static final Setting<String> DRAIN_TOKEN_KEY =
      policy(
          "drain-token-key",
          new Name("[!-~]{16,1024}", "16 to 1024 visible characters"),
          null,
          "The secret that the tokens of drain hooks are made from");
  static final Setting<String> GPU =
      anywhere("gpu", new Text("GPUS", 4096), null, "Which GPUs are measured, as proxy's --gpu");
  static final Setting<GpuVisibility> GPU_VISIBILITY =
      anywhere(
          "gpu-visibility",
          Choice.of(GpuVisibility.class),
          "off",
          "How the sidecar sees the GPUs of a pod that asks for some; it never asks for one itself");
  static final Setting<String> GPU_RUNTIME_CLASS =
      anywhere(
          "gpu-runtime-class",
          OBJECT_NAME,
          "nvidia",
          "The runtime class for gpu-visibility runtime-class, where the pod has none");
  static final Setting<String> OTLP_SERVICE_NAME =
      anywhere(
          "otlp-service-name",
          new Text("NAME", 255),
          null,
          "service.name of what the sidecar sends by OTLP; streamgauge where it is not set");
  static final Setting<String> OTLP_ATTRIBUTES =
      anywhere(
          "otlp-attributes",
          new Name(
              "(?=.{1,2048}$)" + ATTRIBUTE + "(?:," + ATTRIBUTE + "){0,31}",
              "up to 32 NAME=VALUE by commas, as OTEL_RESOURCE_ATTRIBUTES has them"),
          null,
          "Further resource attributes of it; those of the pod are there");
  static final Setting<String> OTLP_HEADERS_SECRET =
      anywhere(
          "otlp-headers-secret",
          new Name(
              "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/[-._a-zA-Z0-9]{1,253}",
              "SECRET/KEY, a Secret of the pod's namespace"),
          null,
          "Where OTEL_EXPORTER_OTLP_HEADERS is read from; a pod starts without it, too");
  static final Setting<Boolean> SCRAPE_ANNOTATIONS =
      anywhere(
          "scrape-annotations",
          TRUE_FALSE,
          "false",
          "Whether the pod gets prometheus.io annotations, where nobody set any");
  static final Setting<Boolean> OPT_IN =
      policy("opt-in", TRUE_FALSE, "true", "Whether only pods that ask for a sidecar get one");
  static final Setting<List<String>> EXCLUDED_NAMESPACES =
      policy(
          "excluded-namespaces",
          new Namespaces(),
          "kube-system,kube-public,kube-node-lease",
          "Namespaces whose pods never get a sidecar");

  /** In the order of the documentation. */
  static final List<Setting<?>> ALL =
      List.of(
          INJECT,
          MODE,
          SIDECAR,
          CONTAINER,
          ENGINE,
          PROTOCOL,
          PORT,
          SERVER_PORT,
          PORT_ARGUMENT,
          PORT_VARIABLE,
          SERVER_PORTS,
          LISTEN_PORT,
          LISTEN_ADDRESS,
          ADMIN_PORT,
          IMAGE,
          IMAGE_PULL_POLICY,
          CPU_REQUEST,
          CPU_LIMIT,
          MEMORY_REQUEST,
          MEMORY_LIMIT,
          GRACE_SECONDS,
          DRAIN_HOOK,
          DRAIN_TOKEN_KEY,
          GPU,
          GPU_VISIBILITY,
          GPU_RUNTIME_CLASS,
          OTLP_SERVICE_NAME,
          OTLP_ATTRIBUTES,
          OTLP_HEADERS_SECRET,
          SCRAPE_ANNOTATIONS,
          OPT_IN,
          EXCLUDED_NAMESPACES);

  private Settings() {}

  private static <T> Setting<T> anywhere(
      String name, ValueType<T> type, @Nullable String byDefault, String doc) {
    return new Setting<>(name, type, byDefault, Place.ANYWHERE, doc);
  }

  private static <T> Setting<T> pod(
      String name, ValueType<T> type, @Nullable String byDefault, String doc) {
    return new Setting<>(name, type, byDefault, Place.POD, doc);
  }

  private static <T> Setting<T> policy(
      String name, ValueType<T> type, @Nullable String byDefault, String doc) {
    return new Setting<>(name, type, byDefault, Place.POLICY, doc);
  }

  /** A word of a certain make. */
  private record Name(String pattern, String allowed) implements ValueType<String> {
    @Override
    public @Nullable String parse(String text) {
      return text.matches(pattern) ? text : null;
    }

    @Override
    public String placeholder() {
      return "NAME";
    }
  }

  /** Names by commas; none is fine. */
  private record Namespaces() implements ValueType<List<String>> {
    private static final CommaList<String> NAMES = new CommaList<>(new Text("NAME", 63));

    @Override
    public @Nullable List<String> parse(String text) {
      return text.isEmpty() ? List.of() : NAMES.parse(text);
    }

    @Override
    public String placeholder() {
      return NAMES.placeholder();
    }

    @Override
    public String allowed() {
      return "nothing, or " + NAMES.allowed();
    }
  }

  /** A quantity of Kubernetes, above zero. */
  private record Quantity() implements ValueType<String> {
    @Override
    public @Nullable String parse(String text) {
      return QuantitySize.isOne(text) && QuantitySize.of(text).signum() > 0 ? text : null;
    }

    @Override
    public String placeholder() {
      return "QUANTITY";
    }

    @Override
    public String allowed() {
      return "a quantity above zero, as 250m, 1 or 256Mi";
    }
  }
}
