package dev.streamgauge.proxy.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was made of files, and is made anew once one of them changed. What cannot be made is told
 * once, and the last good one stays. Any thread may take it; one thread looks.
 */
public final class Reloaded<T> {
  /** Reads the files. */
  public interface Making<T> {
    T make() throws UnusableFile;
  }

  private final List<NamedFile> files;
  private final Making<T> making;
  private List<NamedFile.@Nullable Stamp> seen;
  private volatile T current;

  Reloaded(List<NamedFile> files, Making<T> making) throws UnusableFile {
    this.files = List.copyOf(files);
    this.making = making;
    // Before they are read: what changes meanwhile is seen at the next look.
    this.seen = stamps();
    this.current = making.make();
  }

  /** The last good one. */
  public T current() {
    return current;
  }

  void look(Consumer<String> log) {
    List<NamedFile.@Nullable Stamp> now = stamps();
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      current = making.make();
      log.accept("streamgauge: " + files.getFirst().option().name() + ": read anew");
    } catch (UnusableFile e) {
      log.accept("streamgauge: " + e.getMessage() + "; what was read before stays in use");
    }
  }

  private List<NamedFile.@Nullable Stamp> stamps() {
    List<NamedFile.@Nullable Stamp> stamps = new ArrayList<>(files.size());
    for (NamedFile file : files) {
      stamps.add(file.stamp());
    }
    return stamps;
  }
}
