package dev.streamgauge.config;

import java.time.Duration;
import java.util.ArrayList;
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
    GpuChoice choice = reading.get(GPU);
    return new ProxySettings.Gpu(
        reading.get(INTERVAL),
        new GpuAssignment(
            of(choice, false),
            reading.variable(RUNTIME_DEVICES),
            set(reading.variable(CUDA_DEVICES), null)),
        new GpuAssignment(
            of(choice, true),
            reading.variable(AMD_DEVICES),
            set(reading.variable(ROCR_DEVICES), hip(reading))));
  }

  private static List<String> set(@Nullable String first, @Nullable String second) {
    List<String> set = new ArrayList<>();
    if (first != null) {
      set.add(first);
    }
    if (second != null) {
      set.add(second);
    }
    return set;
  }

  /**
   * As AMD's compute runtime reads them for HIP (rocclr, rocdevice.cpp): CUDA's where HIP's own is
   * empty, and of none that is empty. {@code GPU_DEVICE_ORDINAL} is asked for OpenCL alone.
   */
  private static @Nullable String hip(Reading reading) {
    String own = reading.variable(HIP_DEVICES);
    String value = own == null || own.isEmpty() ? reading.variable(CUDA_DEVICES) : own;
    return value == null || value.isEmpty() ? null : value;
  }

  /** What was chosen of one maker's; a name tells by its form whose it is. */
  private static GpuChoice of(GpuChoice all, boolean amd) {
    if (!(all instanceof GpuChoice.Named(List<String> uuids))) {
      return all;
    }
    List<String> own = uuids.stream().filter(uuid -> Uuid.ofAmd(uuid) == amd).toList();
    return own.isEmpty() ? new GpuChoice.Off() : new GpuChoice.Named(own);
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
    private static final String AMD_SMI = "\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}";
    private static final String AMD_RUNTIME = "GPU-\\p{XDigit}{16}";

    /** As AMD SMI, or AMD's runtime, calls a GPU. */
    static boolean ofAmd(String uuid) {
      return uuid.matches(AMD_SMI) || uuid.matches(AMD_RUNTIME);
    }

    @Override
    public @Nullable String parse(String text) {
      boolean prefixed = text.startsWith("GPU-") || text.startsWith("MIG-") || ofAmd(text);
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
