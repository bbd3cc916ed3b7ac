package dev.streamgauge.gpu.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The library's functions, one method for each shape of parameters, and the memory that they write
 * to. Each error is counted. One thread; {@link #lastCall} and {@link #calls} any.
 */
public abstract class DriverLibrary<C extends DriverCode> {
  /**
   * All that the library writes goes to the beginning of this one block. It is many times larger
   * than any struct, so that a library that writes more than its header says writes into nothing.
   */
  private static final long ROOM_BYTES = 64 * 1024;

  private final Map<DriverFunction, MethodHandle> handles = new HashMap<>();
  private final ErrorCounts errors;
  private final MemorySegment room = Arena.global().allocate(ROOM_BYTES, 16);
  private volatile @Nullable DriverFunction lastCall;
  private final AtomicLong calls = new AtomicLong();

  protected DriverLibrary(ErrorCounts errors) {
    this.errors = errors;
  }

  protected abstract C code(int returned);

  /** What stands for a function that the library lacks. */
  protected abstract C lacking();

  /** Whether what a function returned is no error, but how a library says that there is nothing. */
  protected abstract boolean nothingToTell(DriverFunction function, C code);

  /** Opens the driver. */
  public abstract C open();

  /** Gives the driver back. */
  public abstract void shutDown();

  /** Binds what the library has. */
  @SuppressWarnings("restricted") // what a driver is called by; the guards: docs/adr/0016
  public void bind(SymbolLookup library, List<? extends DriverFunction> functions) {
    Linker linker = Linker.nativeLinker();
    for (DriverFunction function : functions) {
      library
          .find(function.symbol())
          .ifPresent(
              address ->
                  handles.put(function, linker.downcallHandle(address, function.descriptor())));
    }
  }

  public boolean has(DriverFunction function) {
    return handles.containsKey(function);
  }

  /** Empty memory for one call's answer; the next call of this method gives it to another. */
  public MemorySegment emptyRoom() {
    return room.fill((byte) 0);
  }

  /** As {@link #emptyRoom}; what is not written reads as all ones. */
  public MemorySegment roomOfOnes() {
    return room.fill((byte) 0xFF);
  }

  public C call(DriverFunction function) {
    try {
      return end(function, (int) handle(function).invokeExact());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, MemorySegment a) {
    try {
      return end(function, (int) handle(function).invokeExact(a));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, MemorySegment a, MemorySegment b) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, MemorySegment a, MemorySegment b, MemorySegment c) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, MemorySegment a, int b) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, int a, MemorySegment b) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, MemorySegment a, MemorySegment b, int c) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, MemorySegment a, int b, MemorySegment c) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, MemorySegment a, long b, MemorySegment c) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, MemorySegment a, int b, int c, MemorySegment d) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c, d));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(DriverFunction function, long a) {
    try {
      return end(function, (int) handle(function).invokeExact(a));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  public C call(
      DriverFunction function, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c, d));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private MethodHandle handle(DriverFunction function) {
    lastCall = function;
    calls.incrementAndGet();
    MethodHandle bound = handles.get(function);
    return bound == null ? missing(function) : bound;
  }

  private MethodHandle missing(DriverFunction function) {
    MethodHandle answer = MethodHandles.constant(int.class, lacking().number());
    return MethodHandles.dropArguments(
        answer, 0, function.descriptor().toMethodType().parameterList());
  }

  private C end(DriverFunction function, int returned) {
    C code = code(returned);
    if (!nothingToTell(function, code) && has(function)) {
      count(code);
    }
    return code;
  }

  /** Counts an error that stood within an answer. */
  public void count(C code) {
    errors.count(code);
  }

  public String lastCall() {
    DriverFunction function = lastCall;
    return function == null ? "dlopen" : function.symbol();
  }

  /** How many were begun. */
  public long calls() {
    return calls.get();
  }

  /** A NULL where a handle should be: to pass it on would be a guess about the library. */
  public static boolean isNull(MemorySegment pointer) {
    return pointer.address() == 0;
  }

  /** The text that was written, up to its NUL. */
  public static String text(MemorySegment written, int bytesMax) {
    MemorySegment bounded = written.asSlice(0, bytesMax + 1L);
    bounded.set(ValueLayout.JAVA_BYTE, bytesMax, (byte) 0);
    return bounded.getString(0);
  }

  /** A downcall of a right shape throws nothing. */
  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException(e);
  }
}
