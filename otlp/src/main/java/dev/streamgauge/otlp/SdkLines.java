package dev.streamgauge.otlp;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Makes lines of our log of what the SDK says: one each, without the stack, where java.util.logging
 * would write two with the local time, and a stack for each failure. How often the SDK says
 * something is its own limit: five times a minute, then once.
 */
final class SdkLines extends Handler {
  /** Of a cause's own words, which may be a collector's. */
  static final int LINE_CHARACTERS_MAX = 500;

  /** Held: a logger that nobody holds is forgotten, and its handlers with it. */
  private static final Logger SDK = Logger.getLogger("io.opentelemetry");

  private final SimpleFormatter formatter = new SimpleFormatter();
  private final Consumer<String> log;

  SdkLines(Consumer<String> log) {
    this.log = log;
    setLevel(Level.INFO);
  }

  /** In place of what is there; once for the process. */
  static void instead(Consumer<String> log) {
    for (Handler other : SDK.getHandlers()) {
      SDK.removeHandler(other);
    }
    SDK.addHandler(new SdkLines(log));
    SDK.setUseParentHandlers(false);
  }

  @Override
  public void publish(LogRecord said) {
    if (!isLoggable(said)) {
      return;
    }
    StringBuilder line = new StringBuilder("streamgauge: otlp: ");
    line.append(formatter.formatMessage(said));
    if (said.getThrown() != null) {
      line.append(' ').append(said.getThrown());
    }
    if (line.length() > LINE_CHARACTERS_MAX) {
      line.setLength(LINE_CHARACTERS_MAX);
    }
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    log.accept(line.toString());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
