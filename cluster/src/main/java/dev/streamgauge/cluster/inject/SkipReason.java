package dev.streamgauge.cluster.inject;

/** Why a pod gets no sidecar without that being a fault. */
public enum SkipReason {
  NOT_ASKED("not_asked", "neither label nor annotation asks for it, or the selector leaves it out"),
  OPTED_OUT("opted_out", "label or annotation says no"),
  EXCLUDED_NAMESPACE("excluded_namespace", "the policy leaves this namespace alone"),
  ALREADY_INJECTED("already_injected", "it has a container named streamgauge"),
  NOT_THE_LEADER(
      "not_the_leader", "a group of pods serves as one, and another of them takes the requests");

  private final String label;
  private final String doc;

  SkipReason(String label, String doc) {
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
