package dev.streamgauge.cli.simulate;

/** One answer on its way. All calls on the connection's event loop. */
interface Answer {
  /** The request is complete. */
  void begin();

  /** The client takes bytes again. */
  void writable();

  /** The connection is gone; nothing more may be written. */
  void cancel();

  /** What becomes of the connection after an answer. */
  enum Ending {
    /** Whatever the request asked for. */
    KEEP,
    /** FIN. */
    FIN,
    /** RST. */
    RESET
  }

  /** Told once, by the answer, after its last byte was written and flushed. */
  @FunctionalInterface
  interface Ended {
    void ended(Ending ending);
  }
}
