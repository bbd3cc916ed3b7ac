package dev.streamgauge.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code streamgauge proxy} about GPUs. */
public final class GpuOptions {
  static final Option<GpuChoice> GPU =
      Option.one(
          "gpu",
          new GpuValue(),
          "auto",
          "Which GPUs are looked at; auto: those that are this container's own");
  static final Option<Duration> INTERVAL =
      Option.one(
          "gpu-interval",
          new DurationValue(Duration.ofMillis(100), Duration.ofHours(1)),
          "1s",
          "How often the GPUs are looked at");

  static final List<Option<?>> ALL = List.of(GPU, INTERVAL);

  /** What NVIDIA's container runtime lets a container see; read, never set. */
  private static final String RUNTIME_DEVICES = "NVIDIA_VISIBLE_DEVICES";

  /** What CUDA lets a process use; read, never set. */
  private static final String CUDA_DEVICES = "CUDA_VISIBLE_DEVICES";

  /** The same of AMD's container toolkit, its runtime and HIP. */
  private static final String AMD_DEVICES = "AMD_VISIBLE_DEVICES";

  private static final String ROCR_DEVICES = "ROCR_VISIBLE_DEVICES";
  private static final String HIP_DEVICES = "HIP_VISIBLE_DEVICES";

  private GpuOptions() {}

  static ProxySettings.Gpu gpu(Reading reading) {
    String rocr = reading.variable(ROCR_DEVICES);
    return new ProxySettings.Gpu(
        reading.get(GPU),
        reading.get(INTERVAL),
        reading.variable(RUNTIME_DEVICES),
        reading.variable(CUDA_DEVICES),
        reading.variable(AMD_DEVICES),
        rocr == null ? reading.variable(HIP_DEVICES) : rocr);
  }

  /** {@code auto}, {@code off}, or UUIDs. */
  private record GpuValue() implements ValueType<GpuChoice> {
    private static final CommaList<String> UUIDS = new CommaList<>(new Uuid());

    @Override
    public @Nullable GpuChoice parse(String text) {
      return switch (text) {
        case "auto" -> new GpuChoice.Auto();
        case "off" -> new GpuChoice.Off();
        default -> named(UUIDS.parse(text));
      };
    }

    private static @Nullable GpuChoice named(@Nullable List<String> uuids) {
      return uuids == null ? null : new GpuChoice.Named(uuids);
    }

    @Override
    public String placeholder() {
      return "auto|off|" + UUIDS.placeholder();
    }

    @Override
    public String allowed() {
      return "auto, off, or " + UUIDS.allowed();
    }

    @Override
    public boolean commaSeparated() {
      return true;
    }
  }

  /** As {@code nvidia-smi -L} or {@code amd-smi list} prints it. */
  private record Uuid() implements ValueType<String> {
    private static final int CHARACTERS_MAX = 96;
    private static final String OF_AMD = "\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}";

    @Override
    public @Nullable String parse(String text) {
      boolean prefixed = text.startsWith("GPU-") || text.startsWith("MIG-") || text.matches(OF_AMD);
      boolean plain = text.chars().allMatch(c -> c > ' ' && c < 127);
      return prefixed && plain && text.length() > 4 && text.length() <= CHARACTERS_MAX
          ? text
          : null;
    }

    @Override
    public String placeholder() {
      return "UUID";
    }

    @Override
    public String allowed() {
      return "a UUID that begins with GPU- or MIG- or is one of AMD SMI, of at most 96 characters";
    }
  }
}
