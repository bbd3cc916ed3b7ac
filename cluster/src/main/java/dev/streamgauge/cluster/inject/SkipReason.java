package dev.streamgauge.cluster.inject;

/** Why a pod gets no sidecar without that being a fault. */
public enum SkipReason {
  /** Neither label nor annotation asks for it. */
  NOT_ASKED("not_asked"),
  /** Label or annotation says no. */
  OPTED_OUT("opted_out"),
  /** The policy leaves this namespace alone. */
  EXCLUDED_NAMESPACE("excluded_namespace"),
  /** There is one already. */
  ALREADY_INJECTED("already_injected"),
  /** A group of pods serves as one, and another of them takes the requests. */
  NOT_THE_LEADER("not_the_leader");

  private final String label;

  SkipReason(String label) {
    this.label = label;
  }

  /** The value of the label {@code reason}; part of the contract. */
  public String label() {
    return label;
  }
}
