package dev.streamgauge.bench.target;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a process and its descendants use, from the kernel's own accounts. */
public final class ProcessCost {
  @SuppressWarnings("restricted") // one call into libc; the launcher enables native access
  private static final MethodHandle CLOCK_GETTIME =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  private ProcessCost() {}

  /** Resident and proportional set size in KiB. */
  public record Memory(long rssKib, long pssKib) {}

  /**
   * User and system time of all threads, living and ended, in nanoseconds. Read from the process'
   * CPU clock, which is the same account as utime and stime in {@code /proc/PID/stat} without the
   * rounding to 10 ms.
   */
  public static long cpuNanos(ProcessHandle root) {
    long sum = 0;
    for (ProcessHandle process : tree(root)) {
      sum += cpuNanos(process.pid());
    }
    return sum;
  }

  /** Of this process alone. */
  public static long ownCpuNanos() {
    return cpuNanos(ProcessHandle.current().pid());
  }

  private static long cpuNanos(long pid) {
    // linux/posix-timers.h: the complement of the pid above three bits, 2 = scheduler's clock
    int clock = ((int) ~pid << 3) | 2;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment timespec = arena.allocate(ValueLayout.JAVA_LONG, 2);
      int result = (int) CLOCK_GETTIME.invokeExact(clock, timespec);
      if (result != 0) {
        throw new IllegalStateException("no CPU clock of process " + pid);
      }
      return timespec.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L
          + timespec.getAtIndex(ValueLayout.JAVA_LONG, 1);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  public static Memory memory(ProcessHandle root) throws IOException {
    long rssKib = 0;
    long pssKib = 0;
    for (ProcessHandle process : tree(root)) {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
        if (line.startsWith("Rss:")) {
          rssKib += kib(line);
        } else if (line.startsWith("Pss:")) {
          pssKib += kib(line);
        }
      }
    }
    return new Memory(rssKib, pssKib);
  }

  private static long kib(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", ""));
  }

  private static List<ProcessHandle> tree(ProcessHandle root) {
    return Stream.concat(Stream.of(root), root.descendants()).toList();
  }
}
