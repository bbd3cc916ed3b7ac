package dev.streamgauge.gpu;

import java.util.List;
import java.util.Map;

/**
 * A driver's GPUs. {@link #read} and {@link #close} are called by one thread, and may block for as
 * long as the driver likes; the others by any, and never block.
 */
public interface GpuReader {
  /** Looks at all devices; opens the driver first where it is not open. Throws nothing. */
  GpuReading read();

  /** Gives the driver back; the next look opens it anew. Throws nothing. */
  void close();

  /** The call that the driver is busy with now, or was last; for the log. */
  String lastCall();

  /** How many calls of the driver were begun; one that grows is no driver that hangs. */
  long calls();

  /** Errors so far by the driver's word for them; words of a closed list, each there from start. */
  Map<String, Long> errors();

  /** Errors that GPUs of ours reported since this process began to look. */
  List<XidCounts.Count> xids();
}
