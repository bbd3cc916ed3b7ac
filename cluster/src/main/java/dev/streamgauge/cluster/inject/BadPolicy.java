package dev.streamgauge.cluster.inject;

import java.util.List;

/** A policy file that can't be used. */
public final class BadPolicy extends Exception {
  private static final long serialVersionUID = 1L;

  /** A line each. */
  private final transient List<String> problems;

  BadPolicy(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Each names the key and what is allowed. */
  public List<String> problems() {
    return problems;
  }
}
