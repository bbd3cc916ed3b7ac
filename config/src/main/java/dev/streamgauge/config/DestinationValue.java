package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.AccessLogSettings.Destination;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the access log goes. */
record DestinationValue() implements ValueType<Destination> {
  private static final String FILE = "file:";

  @Override
  public @Nullable Destination parse(String text) {
    return switch (text) {
      case "stdout" -> new Destination.Stdout();
      case "off" -> new Destination.Off();
      default -> file(text);
    };
  }

  private static @Nullable Destination file(String text) {
    boolean named = text.startsWith(FILE) && text.length() > FILE.length();
    return named && text.indexOf('\0') < 0
        ? new Destination.File(Path.of(text.substring(FILE.length())))
        : null;
  }

  @Override
  public String placeholder() {
    return "stdout|file:PATH|off";
  }

  @Override
  public String allowed() {
    return "stdout, file:PATH, off";
  }
}
