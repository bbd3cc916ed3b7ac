package dev.streamgauge.telemetry;

/** A queue with an adaptive limit that has seen a window, for the reference page. */
record ExampleGate() implements GateView {
  @Override
  public int waiting() {
    return 0;
  }

  @Override
  public int admitted() {
    return 0;
  }

  @Override
  public Integer limit() {
    return 1;
  }

  @Override
  public Adaptive adaptive() {
    return new Adaptive(0, 0, 0, 0, 0);
  }
}
