package dev.streamgauge.cli;

import dev.streamgauge.config.FileFault;
import java.io.IOException;
import java.nio.file.Path;

/** A file for the access log that cannot be appended to. */
final class CannotOpenLog extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Path path;
  private final String why;

  CannotOpenLog(Path path, IOException cause) {
    super("access-log: " + path + " (" + FileFault.text(cause) + ")", cause);
    this.path = path;
    this.why = FileFault.text(cause);
  }

  Path path() {
    return path;
  }

  /** In a few words. */
  String why() {
    return why;
  }
}
