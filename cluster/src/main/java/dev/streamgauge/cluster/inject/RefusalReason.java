package dev.streamgauge.cluster.inject;

/** Why a pod that asked for a sidecar gets none. */
public enum RefusalReason {
  MALFORMED_POD("malformed_pod", "a field is not of the type that Kubernetes says"),
  TOO_LARGE("too_large", "more containers, or longer lists and words, than are looked at"),
  UNKNOWN_ANNOTATION(
      "unknown_annotation",
      "an annotation below streamgauge.dev/ that there is not; the nearest one is named"),
  BAD_ANNOTATION("bad_annotation", "its value is not allowed, or contradicts the command"),
  BAD_PROXY_OPTION("bad_proxy_option", "the sidecar would not start with these options"),
  HOST_NETWORK(
      "host_network", "the pod's ports are the node's: a moved one could be another pod's"),
  WINDOWS("windows", "there is no image for Windows"),
  ENDING_POD_NEEDS_NATIVE(
      "ending_pod_needs_native", "an ordinary sidecar would keep a Job from ending"),
  NO_MODEL_CONTAINER(
      "no_model_container",
      "none of several containers is known to be a model server, or the named one is not there"),
  SEVERAL_MODEL_CONTAINERS("several_model_containers", "several are, and none is named"),
  UNKNOWN_ENGINE("unknown_engine", "how the server takes its port is not known"),
  UNREADABLE_COMMAND(
      "unreadable_command",
      "the server is started by a script file, at several places, or by words that are only known when it runs"),
  UNKNOWN_PORT("unknown_port", "nothing tells where the server listens"),
  PORT_TAKEN("port_taken", "a port that was asked for is another container's"),
  NO_FREE_PORT("no_free_port", "all of a range may be in use"),
  SERVER_TLS(
      "server_tls", "the server speaks TLS: only who has its certificate can stand in front"),
  SERVER_ADDRESS("server_address", "the server listens where the sidecar can't reach it"),
  RAY("ray", "processes of Ray start the server, on ports that no command says"),
  INTERNAL("internal", "a fault of the injector");

  private final String label;
  private final String doc;

  RefusalReason(String label, String doc) {
    this.label = label;
    this.doc = doc;
  }

  String doc() {
    return doc;
  }

  /** The value of the label {@code reason}; part of the contract. */
  public String label() {
    return label;
  }
}
