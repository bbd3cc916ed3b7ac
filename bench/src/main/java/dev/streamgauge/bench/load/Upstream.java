package dev.streamgauge.bench.load;

import java.io.IOException;

/** A model server without a model. */
public interface Upstream extends AutoCloseable {
  int port();

  /** Streams that are being written. */
  int open();

  /** Sets the events each second of each stream; while none is open. */
  void pace(double eventsPerSecond);

  @Override
  void close() throws IOException;
}
