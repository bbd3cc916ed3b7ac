package dev.streamgauge.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Which signals that end the program have come, told by the threads with which the JVM handles
 * them: one each, named {@code SIGTERM handler}, which waits for the shutdown to be over. Nothing
 * is registered, so that the JVM's own behaviour stays as it is (adr/0014).
 */
final class Signals {
  private static final String SUFFIX = " handler";

  /** Threads of the program beyond which none is looked at. */
  private static final int THREADS_MAX = 1024;

  private Signals() {}

  /** Their names, in the order in which they came; empty where the program ends by itself. */
  static List<String> handled() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    Thread[] threads = new Thread[THREADS_MAX];
    all.enumerate(threads);
    return Arrays.stream(threads)
        .filter(Objects::nonNull)
        .filter(thread -> isSignal(thread.getName()))
        .sorted(Comparator.comparingLong(Thread::threadId))
        .map(thread -> thread.getName().substring(0, thread.getName().length() - SUFFIX.length()))
        .toList();
  }

  private static boolean isSignal(String thread) {
    return thread.startsWith("SIG") && thread.endsWith(SUFFIX);
  }
}
