package dev.streamgauge.bench.load;

import java.io.IOException;

/** Clients that keep streams open and note the age of each token event as it is read. */
public interface StreamLoad extends AutoCloseable {
  /** Opens streams one by one, evenly spread over the given time, reading meanwhile. */
  void open(int streams, double seconds) throws IOException;

  /** Reads without measuring. */
  void warm(double seconds) throws IOException;

  /** Reads and measures. The callers' readings of the target's cost belong right around it. */
  Round measure(double seconds) throws IOException;

  @Override
  void close() throws IOException;
}
