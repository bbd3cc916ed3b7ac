package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.XidCounts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The event set that XID errors come from. */
final class NvmlEvents {
  /** {@code nvmlEventTypeXidCriticalError}. */
  private static final long XID = 0x8;

  private static final int EVENTS_PER_LOOK_MAX = 64;

  /** What an event bears that is not of one MIG device. */
  private static final int WHOLE_GPU = -1;

  private static final long TYPE = NvmlLayouts.offset(NvmlLayouts.EVENT, "eventType");
  private static final long DATA = NvmlLayouts.offset(NvmlLayouts.EVENT, "eventData");
  private static final long INSTANCE = NvmlLayouts.offset(NvmlLayouts.EVENT, "gpuInstanceId");

  private final Nvml nvml;
  private final XidCounts xids;
  private final Map<Long, List<NvmlDevice>> devices = new HashMap<>();
  private @Nullable MemorySegment set;

  NvmlEvents(Nvml nvml, XidCounts xids) {
    this.nvml = nvml;
    this.xids = xids;
  }

  /** A MIG device's errors come with those of its GPU. */
  void open(List<NvmlDevice> ours) {
    if (ours.isEmpty()) {
      return;
    }
    MemorySegment out = nvml.emptyRoom();
    NvmlCode code = nvml.call(NvmlFunction.EVENT_SET_CREATE, out);
    if (code != NvmlCode.SUCCESS) {
      ours.forEach(device -> device.supportsXids(code));
      return;
    }
    MemorySegment created = out.get(ValueLayout.ADDRESS, 0);
    if (Nvml.isNull(created)) {
      return;
    }
    set = created;
    for (NvmlDevice device : ours) {
      MemorySegment gpu = device.handle().gpu();
      List<NvmlDevice> ofGpu = devices.get(gpu.address());
      if (ofGpu == null) {
        NvmlCode registered = nvml.call(NvmlFunction.REGISTER_EVENTS, gpu, XID, created);
        device.supportsXids(registered);
        if (registered == NvmlCode.SUCCESS) {
          devices.put(gpu.address(), new ArrayList<>(List.of(device)));
        }
      } else {
        device.supportsXids(NvmlCode.SUCCESS);
        ofGpu.add(device);
      }
    }
  }

  /** Takes what has happened; waits for nothing. */
  NvmlCode take() {
    MemorySegment from = set;
    if (from == null || devices.isEmpty()) {
      return NvmlCode.SUCCESS;
    }
    for (int i = 0; i < EVENTS_PER_LOOK_MAX; i++) {
      MemorySegment event = nvml.emptyRoom();
      NvmlCode code = nvml.call(NvmlFunction.EVENT_WAIT, from, event, 0);
      if (code != NvmlCode.SUCCESS) {
        return code;
      }
      if (event.get(ValueLayout.JAVA_LONG, TYPE) == XID) {
        count(event);
      }
    }
    return NvmlCode.SUCCESS;
  }

  private void count(MemorySegment event) {
    long gpu = event.get(ValueLayout.ADDRESS, 0).address();
    int instance = event.get(ValueLayout.JAVA_INT, INSTANCE);
    for (NvmlDevice device : devices.getOrDefault(gpu, List.of())) {
      Integer own = device.handle().gpuInstance();
      if (own == null || instance == WHOLE_GPU || own == instance) {
        xids.add(device.gpu().uuid(), event.get(ValueLayout.JAVA_LONG, DATA));
      }
    }
  }

  void close() {
    MemorySegment open = set;
    if (open != null) {
      nvml.call(NvmlFunction.EVENT_SET_FREE, open);
    }
  }
}
