package dev.streamgauge.cluster.inject;

import java.util.List;

/** What other injectors have put into the pod before us. */
final class Neighbours {
  private static final String ISTIO_EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts";

  private final Pod pod;

  Neighbours(Pod pod) {
    this.pod = pod;
  }

  boolean hasIstio() {
    return pod.has("istio-proxy");
  }

  boolean hasLinkerd() {
    return pod.has("linkerd-proxy");
  }

  /** For a message. */
  String mesh() {
    return hasIstio() ? "Istio" : hasLinkerd() ? "Linkerd" : "nobody";
  }

  /**
   * Whether the kubelet's own requests to a port meet the mesh's sidecar, and with strict mutual
   * TLS fail there. Istio rewrites the probes that it sees; ours came later. Linkerd lets the
   * kubelet's probes pass.
   */
  boolean capturesProbes(int port) {
    String excluded = pod.annotations().getOrDefault(ISTIO_EXCLUDED, "");
    boolean out = List.of(excluded.split(",", -1)).contains(Integer.toString(port));
    return hasIstio() && !out;
  }
}
