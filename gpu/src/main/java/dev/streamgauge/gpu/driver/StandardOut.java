package dev.streamgauge.gpu.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * Keeps what a driver's library prints out of our standard output, where the access log goes. What
 * it prints by C's or C++'s stream of that name goes to standard error from then on, for the whole
 * process and for good; Java's own stream is another. A library that wrote to the file descriptor
 * itself would not be held up.
 */
public final class StandardOut {
  /** {@code std::ios_base::sync_with_stdio(bool)}, as the ABI of C++ names it. */
  private static final String SYNC_WITH_STDIO = "_ZNSt8ios_base15sync_with_stdioEb";

  private StandardOut() {}

  /** To be called before any other function of that library. */
  public static void toStandardError(SymbolLookup library) {
    if (assignOfC()) {
      rebuildOfCpp(library);
    }
  }

  /**
   * {@code stdout = stderr}, which glibc lets a program do and {@code printf} goes by. Another C
   * library has no such object, and its {@code stdout} may not be written.
   */
  @SuppressWarnings("restricted") // two variables of the C library
  private static boolean assignOfC() {
    Optional<SymbolLookup> c = DriverReader.library("libc.so.6");
    Optional<MemorySegment> file = c.flatMap(found -> found.find("_IO_2_1_stdout_"));
    Optional<MemorySegment> out = c.flatMap(found -> found.find("stdout"));
    Optional<MemorySegment> err = c.flatMap(found -> found.find("stderr"));
    if (file.isEmpty() || out.isEmpty() || err.isEmpty()) {
      return false;
    }
    MemorySegment variable = out.get().reinterpret(ADDRESS.byteSize());
    if (variable.get(ADDRESS, 0).address() == file.get().address()) {
      variable.set(ADDRESS, 0, err.get().reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0));
    }
    return true;
  }

  /**
   * {@code std::cout} holds on to the {@code stdout} that it found when it was made; to take it out
   * of step with C's makes it anew, from the one that is there now.
   */
  @SuppressWarnings("restricted") // a function of the C++ library that the driver's stands on
  private static void rebuildOfCpp(SymbolLookup library) {
    Optional<MemorySegment> function = library.find(SYNC_WITH_STDIO);
    if (function.isEmpty()) {
      return;
    }
    try {
      FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_BOOLEAN, JAVA_BOOLEAN);
      boolean _ =
          (boolean)
              Linker.nativeLinker().downcallHandle(function.get(), descriptor).invokeExact(false);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
