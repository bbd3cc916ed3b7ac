package dev.streamgauge.gpu.driver;

import dev.streamgauge.gpu.AssignedGpus;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From one opening of a driver to its end. The sampler's thread alone. */
public abstract class DriverSession<
    C extends DriverCode, L extends DriverLibrary<C>, D extends DriverDevice<C>> {
  private final L library;
  private final List<D> devices = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private List<GpuIdentity> others = List.of();
  private Map<String, String> drivers = Map.of();

  protected DriverSession(L library) {
    this.library = library;
  }

  /** Lists the devices; null where it went well. */
  protected abstract @Nullable GpuReading open();

  /** What is asked before the devices are. */
  protected abstract C beforeLook();

  protected abstract D device(GpuIdentity gpu);

  /** Gives back what the library holds beside the devices. */
  protected abstract void closeRest();

  protected L library() {
    return library;
  }

  protected List<D> devices() {
    return devices;
  }

  /**
   * Takes those that are ours.
   *
   * @param unreadable devices that the driver counts and does not open
   */
  protected void assign(AssignedGpus assigned, int unreadable, @Nullable String driverVersion) {
    others = assigned.others();
    if (driverVersion != null) {
      drivers =
          Stream.concat(assigned.ours().stream(), others.stream())
              .collect(
                  Collectors.toUnmodifiableMap(
                      GpuIdentity::uuid, _ -> driverVersion, (one, _) -> one));
    }
    missing.addAll(assigned.missing());
    if (assigned.equals(AssignedGpus.NONE) && unreadable > 0) {
      missing.add(unreadable + " GPUs that the driver counts and does not open");
    }
    assigned.ours().forEach(gpu -> devices.add(device(gpu)));
  }

  /** Whether no device is ours. */
  boolean empty() {
    return devices.isEmpty();
  }

  GpuReading read(long nowNanos) {
    List<GpuSample> samples = new ArrayList<>();
    List<String> silent = new ArrayList<>(missing);
    C last = beforeLook();
    if (last.means() == Means.DRIVER_LOST) {
      return lost(last);
    }
    for (D device : devices) {
      GpuSample sample = device.read(nowNanos);
      if (device.lastCode().means() == Means.DRIVER_LOST) {
        return lost(device.lastCode());
      }
      if (sample == null) {
        silent.add(device.gpu().uuid());
        last = device.lastCode();
      } else {
        samples.add(sample);
      }
    }
    if (samples.isEmpty() && !silent.isEmpty()) {
      return devices.isEmpty()
          ? new GpuReading.Lost("not found: " + String.join(", ", silent))
          : lost(last);
    }
    return new GpuReading.Seen(new GpuSnapshot(drivers, samples, others, silent));
  }

  protected GpuReading lost(C code) {
    return new GpuReading.Lost(library.lastCall() + ": " + code.label());
  }

  void close() {
    closeRest();
    devices.forEach(DriverDevice::close);
  }
}
