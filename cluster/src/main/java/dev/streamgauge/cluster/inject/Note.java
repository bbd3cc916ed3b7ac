package dev.streamgauge.cluster.inject;

/** Something that the pod's owner should know, though the sidecar is there. */
public record Note(Warning warning, String message) {

  /** What there is to warn of. */
  public enum Warning {
    SHUTDOWN_CUTS_STREAMS("ShutdownCutsStreams", "the server breaks its streams off at SIGTERM"),
    GRACE_TOO_SHORT("GraceTooShort", "the pod's grace is shorter than what is to happen in it"),
    NO_DRAIN_HOOK("NoDrainHook", "the hook that was asked for was left out"),
    PORT_PASSED_BY("PortPassedBy", "a port of the server is not measured"),
    PROBE_LEFT("ProbeLeft", "a command of a probe or hook names the former port and was left"),
    ON_LOOPBACK("OnLoopback", "a server that listened within the pod alone stays there"),
    NOW_REACHABLE(
        "NowReachable", "a server that listened within the pod alone can be reached from outside"),
    MESH("Mesh", "a mesh's sidecar stands in front of the hook");

    private final String eventReason;
    private final String doc;

    Warning(String eventReason, String doc) {
      this.eventReason = eventReason;
      this.doc = doc;
    }

    String doc() {
      return doc;
    }

    /** In the form of an Event's reason. */
    public String eventReason() {
      return eventReason;
    }
  }
}
