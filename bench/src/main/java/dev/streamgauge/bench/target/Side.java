package dev.streamgauge.bench.target;

import dev.streamgauge.bench.load.Load;

/**
 * One row of a measurement.
 *
 * @param label as reports name it
 * @param front what clients speak to it
 * @param behind what it speaks to the model server
 */
public record Side(String label, TargetKind kind, Load front, Load behind) {

  /** The same protocol on both sides. */
  public static Side of(TargetKind kind, Load load) {
    return new Side(kind.label(), kind, load, load);
  }

  /** From a client's HTTP/2 to the server's HTTP/1.1. */
  public static Side toHttp1(TargetKind kind) {
    return new Side(kind.label() + " to HTTP/1.1", kind, Load.H2, Load.HTTP1);
  }

  /** For its configuration and log. */
  String folder() {
    return label.replaceAll("[^a-z0-9]+", "-");
  }
}
