package dev.streamgauge.cli.top;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process, taken over for a while: the other screen, no cursor, keys without a
 * line's end where {@code stty} is there. {@link #close} puts all back as it was, whatever ended
 * the program.
 */
final class Terminal implements AutoCloseable {
  private static final String ESCAPE = "\u001b[";
  private static final Path TTY = Path.of("/dev/tty");
  private static final long STTY_MILLIS_MAX = 2000;
  private static final int WIDTH = 80;
  private static final int HEIGHT = 24;

  private final PrintStream out;
  private final @Nullable String saved;
  private boolean closed;

  private Terminal(PrintStream out, @Nullable String saved) {
    this.out = out;
    this.saved = saved;
  }

  /** How large it is. */
  record Size(int width, int height) {}

  static Terminal open(PrintStream out) {
    String saved = stty("-g");
    if (saved != null) {
      var _ = stty("-icanon", "-echo", "min", "1", "time", "0");
    }
    Terminal terminal = new Terminal(out, saved);
    Runtime.getRuntime().addShutdownHook(new Thread(terminal::close, "top-restore"));
    out.print(ESCAPE + "?1049h" + ESCAPE + "?25l");
    out.flush();
    return terminal;
  }

  /** As it is now; 80 by 24 where nobody can tell. */
  Size size() {
    String said = stty("size");
    String[] words = said == null ? new String[0] : said.split(" ", -1);
    try {
      if (words.length == 2) {
        int height = Integer.parseInt(words[0]);
        int width = Integer.parseInt(words[1]);
        if (width > 0 && height > 0) {
          return new Size(width, height);
        }
      }
    } catch (NumberFormatException e) {
      // as if it had said nothing
    }
    return new Size(WIDTH, HEIGHT);
  }

  synchronized void draw(List<String> lines, int height) {
    if (closed) {
      return;
    }
    StringBuilder text = new StringBuilder(ESCAPE + "H");
    for (int i = 0; i < Math.min(lines.size(), height); i++) {
      text.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(ESCAPE).append('K');
    }
    out.print(text.append(ESCAPE).append('J'));
    out.flush();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      out.print(ESCAPE + "?25h" + ESCAPE + "?1049l");
      out.flush();
      if (saved != null) {
        var _ = stty(saved);
      }
    }
  }

  /** What it said; null where it is not there, or there is no terminal. */
  private static @Nullable String stty(String... args) {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add("stty");
    builder.command().addAll(List.of(args));
    builder.redirectInput(TTY.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process stty = builder.start();
      try (InputStream said = stty.getInputStream()) {
        String text = new String(said.readAllBytes(), StandardCharsets.US_ASCII).strip();
        return stty.waitFor(STTY_MILLIS_MAX, TimeUnit.MILLISECONDS) && stty.exitValue() == 0
            ? text
            : null;
      }
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
