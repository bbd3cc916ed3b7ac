package dev.streamgauge.bench.load;

import java.io.IOException;

/** A model server without a model. */
public interface Upstream extends AutoCloseable {
  int port();

  /** Streams that are being written. */
  int open();

  @Override
  void close() throws IOException;
}
