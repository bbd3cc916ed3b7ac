package dev.streamgauge.cluster.webhook;

import dev.streamgauge.config.Option;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that an option names, and that does not hold what it should. */
public final class UnusableInput extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Option<?> option;
  private final transient Path path;
  private final String why;

  UnusableInput(Option<?> option, Path path, String why, @Nullable Exception cause) {
    super(option.name() + ": " + path + " (" + why + ")", cause);
    this.option = option;
    this.path = path;
    this.why = why;
  }

  public Option<?> option() {
    return option;
  }

  public Path path() {
    return path;
  }

  public String why() {
    return why;
  }
}
