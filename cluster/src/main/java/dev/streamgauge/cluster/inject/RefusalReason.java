package dev.streamgauge.cluster.inject;

/** Why a pod that asked for a sidecar gets none. */
public enum RefusalReason {
  /** A field of the pod is not of the type that Kubernetes says. */
  MALFORMED_POD("malformed_pod"),
  /** More containers, or longer commands, than are looked at. */
  TOO_LARGE("too_large"),
  UNKNOWN_ANNOTATION("unknown_annotation"),
  BAD_ANNOTATION("bad_annotation"),
  /** The sidecar itself would not start with these settings. */
  BAD_PROXY_OPTION("bad_proxy_option"),
  /** Its ports are the node's: a moved one could meet another pod's. */
  HOST_NETWORK("host_network"),
  WINDOWS("windows"),
  /** An ordinary sidecar would keep the pod from ending. */
  ENDING_POD_NEEDS_NATIVE("ending_pod_needs_native"),
  NO_MODEL_CONTAINER("no_model_container"),
  SEVERAL_MODEL_CONTAINERS("several_model_containers"),
  /** How the server takes its port is not known. */
  UNKNOWN_ENGINE("unknown_engine"),
  /** The server is started by a script, or by words that are only known when it runs. */
  UNREADABLE_COMMAND("unreadable_command"),
  UNKNOWN_PORT("unknown_port"),
  /** A port that was asked for belongs to another container. */
  PORT_TAKEN("port_taken"),
  NO_FREE_PORT("no_free_port"),
  /** The server speaks TLS: only who has its certificate can stand in front. */
  SERVER_TLS("server_tls"),
  /** The server listens where the sidecar can't reach it. */
  SERVER_ADDRESS("server_address"),
  /** Ray's own processes start the server, on ports that they agree on among themselves. */
  RAY("ray"),
  /** A fault of the injector itself. */
  INTERNAL("internal");

  private final String label;

  RefusalReason(String label) {
    this.label = label;
  }

  /** The value of the label {@code reason}; part of the contract. */
  public String label() {
    return label;
  }
}
