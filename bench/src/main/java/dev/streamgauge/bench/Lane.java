package dev.streamgauge.bench;

import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.target.Target;
import java.io.IOException;

/**
 * One row of a measurement side by side.
 *
 * @param label as reports name it
 * @param clients how a round of it begins and ends
 */
record Lane(String label, Target target, Clients clients) {
  /** The load of one round. */
  interface Clients {
    /** With all that belongs to it under way. */
    StreamLoad open() throws IOException, InterruptedException;

    /** Returns when the upstream has seen that they left. */
    void left() throws InterruptedException;
  }
}
