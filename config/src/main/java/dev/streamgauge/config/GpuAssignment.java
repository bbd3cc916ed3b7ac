package dev.streamgauge.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of one maker's GPUs are looked at.
 *
 * @param runtimeDevices what its container runtime was told to let in; null where it was told
 *     nothing
 * @param narrowing variables that narrow that, those that are set, in the order in which they
 *     apply: each counts what the one before it leaves
 */
public record GpuAssignment(
    GpuChoice choice, @Nullable String runtimeDevices, List<String> narrowing) {
  public GpuAssignment {
    narrowing = List.copyOf(narrowing);
  }

  /** Whether none of this maker's are. */
  public boolean off() {
    return choice instanceof GpuChoice.Off;
  }
}
