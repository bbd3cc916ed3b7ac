package dev.streamgauge.cluster.inject;

/** Something that the pod's owner should know, though the sidecar is there. */
public record Note(Warning warning, String message) {

  /** What there is to warn of. */
  public enum Warning {
    /** The server breaks its streams off at SIGTERM. */
    SHUTDOWN_CUTS_STREAMS("ShutdownCutsStreams"),
    /** The pod's grace is shorter than what is to happen in it. */
    GRACE_TOO_SHORT("GraceTooShort"),
    /** The hook that was asked for was left out. */
    NO_DRAIN_HOOK("NoDrainHook"),
    /** A port of the server is not measured. */
    PORT_PASSED_BY("PortPassedBy"),
    /** A probe does not say what it did before. */
    PROBE_LEFT("ProbeLeft"),
    /** What could only be reached in the pod can be reached from outside now. */
    NOW_REACHABLE("NowReachable"),
    /** Another mesh's sidecar stands in front of probes, hooks or scrapes. */
    MESH("Mesh");

    private final String eventReason;

    Warning(String eventReason) {
      this.eventReason = eventReason;
    }

    /** In the form of an Event's reason. */
    public String eventReason() {
      return eventReason;
    }
  }
}
