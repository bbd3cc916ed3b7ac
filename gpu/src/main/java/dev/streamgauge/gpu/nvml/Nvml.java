package dev.streamgauge.gpu.nvml;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The library's functions, one method for each shape of parameters, and the memory that they write
 * to. A function that the library lacks answers FUNCTION_NOT_FOUND. Each error is counted. One
 * thread; {@link #lastCall} any.
 */
final class Nvml {
  /**
   * All that the library writes goes to the beginning of this one block. It is many times larger
   * than any struct, so that a library that writes more than its header says writes into nothing.
   */
  private static final long ROOM_BYTES = 64 * 1024;

  private final Map<NvmlFunction, MethodHandle> handles = new EnumMap<>(NvmlFunction.class);
  private final NvmlErrors errors;
  private final MemorySegment room = Arena.global().allocate(ROOM_BYTES, 16);
  private volatile @Nullable NvmlFunction lastCall;

  Nvml(NvmlErrors errors) {
    this.errors = errors;
  }

  /** Binds what the library has. */
  @SuppressWarnings("restricted") // what a driver is called by; the guards: docs/adr/0016
  void bind(SymbolLookup library) {
    Linker linker = Linker.nativeLinker();
    for (NvmlFunction function : NvmlFunction.values()) {
      library
          .find(function.symbol())
          .ifPresent(
              address ->
                  handles.put(function, linker.downcallHandle(address, function.descriptor())));
    }
  }

  boolean has(NvmlFunction function) {
    return handles.containsKey(function);
  }

  /** Empty memory for one call's answer; the next call of this method gives it to another. */
  MemorySegment emptyRoom() {
    return room.fill((byte) 0);
  }

  NvmlCode call(NvmlFunction function) {
    try {
      return end(function, (int) handle(function).invokeExact());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, MemorySegment a) {
    try {
      return end(function, (int) handle(function).invokeExact(a));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, MemorySegment a, MemorySegment b) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, MemorySegment a, MemorySegment b, MemorySegment c) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, MemorySegment a, int b) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, int a, MemorySegment b) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, MemorySegment a, MemorySegment b, int c) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, MemorySegment a, int b, MemorySegment c) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, MemorySegment a, long b, MemorySegment c) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  NvmlCode call(NvmlFunction function, MemorySegment a, int b, int c, MemorySegment d) {
    try {
      return end(function, (int) handle(function).invokeExact(a, b, c, d));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private MethodHandle handle(NvmlFunction function) {
    lastCall = function;
    MethodHandle bound = handles.get(function);
    return bound == null ? missing(function) : bound;
  }

  /** What stands for a function that the library lacks. */
  private static MethodHandle missing(NvmlFunction function) {
    MethodHandle answer = MethodHandles.constant(int.class, NvmlCode.FUNCTION_NOT_FOUND.number());
    return MethodHandles.dropArguments(
        answer, 0, function.descriptor().toMethodType().parameterList());
  }

  /** That an event set has nothing to tell, and that a figure does not exist, are no errors. */
  private NvmlCode end(NvmlFunction function, int returned) {
    NvmlCode code = NvmlCode.of(returned);
    boolean nothingToTell = function == NvmlFunction.EVENT_WAIT && code == NvmlCode.TIMEOUT;
    boolean emptyPlace = function == NvmlFunction.MIG_HANDLE_BY_INDEX && code == NvmlCode.NOT_FOUND;
    boolean absent = code == NvmlCode.NOT_SUPPORTED || !has(function);
    if (!nothingToTell && !emptyPlace && !absent) {
      count(code);
    }
    return code;
  }

  /** Counts an error that stood within an answer. */
  void count(NvmlCode code) {
    errors.count(code);
  }

  String lastCall() {
    NvmlFunction function = lastCall;
    return function == null ? "dlopen" : function.symbol();
  }

  /** The text that was written, up to its NUL. */
  static String text(MemorySegment written, int bytesMax) {
    MemorySegment bounded = written.asSlice(0, bytesMax + 1L);
    bounded.set(ValueLayout.JAVA_BYTE, bytesMax, (byte) 0);
    return bounded.getString(0);
  }

  /** A downcall of a right shape throws nothing. */
  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException(e);
  }
}
