package dev.streamgauge.proxy.tls;

import dev.streamgauge.config.Option;
import java.io.IOException;
import java.nio.file.Path;

/** A file that an option names, and that does not hold what it should. */
public final class UnusableFile extends IOException {
  private static final long serialVersionUID = 1;

  private final transient NamedFile file;
  private final String why;

  UnusableFile(NamedFile file, String why) {
    super(file.option().name() + ": " + file.path() + " (" + why + ")");
    this.file = file;
    this.why = why;
  }

  public Option<?> option() {
    return file.option();
  }

  public Path path() {
    return file.path();
  }

  /** In a few words, none of them from the file. */
  public String why() {
    return why;
  }
}
