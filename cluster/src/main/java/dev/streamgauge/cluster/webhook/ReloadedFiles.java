package dev.streamgauge.cluster.webhook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What was made of a few small files, made anew once the content of one of them has changed. What
 * cannot be made is told once, and the last good one stays. Any thread may take it; one looks.
 */
final class ReloadedFiles<T> {
  /** Makes it of the files' contents, in their order. */
  @FunctionalInterface
  interface Making<T> {
    T make(List<byte[]> contents) throws UnusableInput;
  }

  private final List<InputFile> files;
  private final Making<T> making;
  private final Consumer<String> log;
  private List<byte[]> seen;
  private String complaint = "";
  private volatile T current;

  /** Made now. */
  ReloadedFiles(List<InputFile> files, Making<T> making, Consumer<String> log)
      throws UnusableInput {
    this.files = List.copyOf(files);
    this.making = making;
    this.log = log;
    this.seen = read();
    this.current = making.make(seen);
  }

  T current() {
    return current;
  }

  /** Returns whether it was made anew. */
  boolean look() {
    try {
      List<byte[]> now = read();
      if (same(now)) {
        return false;
      }
      seen = now;
      current = making.make(now);
      complaint = "";
      log.accept(files.getFirst().option().name() + ": read anew");
      return true;
    } catch (UnusableInput e) {
      String what = String.valueOf(e.getMessage());
      if (!complaint.equals(what)) {
        complaint = what;
        log.accept(complaint + "; what was read before stays in use");
      }
      return false;
    }
  }

  private List<byte[]> read() throws UnusableInput {
    List<byte[]> contents = new ArrayList<>(files.size());
    for (InputFile file : files) {
      contents.add(file.read());
    }
    return contents;
  }

  private boolean same(List<byte[]> now) {
    for (int i = 0; i < now.size(); i++) {
      if (!Arrays.equals(now.get(i), seen.get(i))) {
        return false;
      }
    }
    return true;
  }
}
