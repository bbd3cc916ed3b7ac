package dev.streamgauge.cli.top;

import dev.streamgauge.cli.Command;
import dev.streamgauge.cli.Main;
import dev.streamgauge.cli.SettingsReport;
import dev.streamgauge.cluster.kube.TlsParts;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Reading;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** {@code streamgauge top URL}: what a proxy is at, in a terminal. */
public final class TopCommand implements Command {
  private static final int FILE_BYTES_MAX = 1024 * 1024;
  private static final int HEIGHT_OF_ONE = 1000;
  private static final int WIDTH_OF_ONE = 200;

  private final Environment environment;

  public TopCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String name() {
    return "top";
  }

  @Override
  public String summary() {
    return "what a running proxy is at, as a table that moves";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    Reading reading = TopOptions.ALL.read(args, environment);
    if (reading.helpAsked()) {
      return help(out);
    }
    if (!reading.problems().isEmpty()) {
      return SettingsReport.print(reading.problems(), err);
    }
    try {
      LiveFeed.Place place = place(reading);
      if (reading.get(TopOptions.ONCE)) {
        return once(place, out);
      }
      return terminal() ? new TopScreen(place, out).run() : lines(place, out);
    } catch (WrongUse e) {
      err.println("streamgauge: " + e.getMessage());
      return Main.WRONG_USE;
    } catch (IOException e) {
      err.println("streamgauge: " + Plain.text(why(e)));
      return Main.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
  }

  /** What stands on the command line cannot be used. */
  private static final class WrongUse extends Exception {
    private static final long serialVersionUID = 1;

    WrongUse(String message) {
      super(message);
    }
  }

  static String why(IOException e) {
    String message = e.getMessage();
    return message == null ? "no connection (" + e.getClass().getSimpleName() + ")" : message;
  }

  private static LiveFeed.Place place(Reading reading) throws WrongUse {
    List<String> words = reading.operands();
    URI address = words.size() == 1 ? address(words.getFirst()) : null;
    if (address == null) {
      throw new WrongUse(
          "URL: "
              + (words.isEmpty() ? "missing" : "\"" + String.join(" ", words) + "\"")
              + " on the command line (expected: that of an admin port, as http://127.0.0.1:9464)");
    }
    String token = reading.find(TopOptions.TOKEN_FILE);
    String authorities = reading.find(TopOptions.CA_FILE);
    return new LiveFeed.Place(
        address,
        token == null
            ? null
            : new String(file("--token-file", token), StandardCharsets.UTF_8).strip(),
        authorities == null ? null : tls(authorities));
  }

  /** Null for what is none. */
  static @Nullable URI address(String word) {
    String url = word.contains("://") ? word : "http://" + word;
    try {
      URI uri = URI.create(url);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!web || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
        return null;
      }
      String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("/+$", "");
      return URI.create(
          uri.getScheme()
              + "://"
              + uri.getRawAuthority()
              + (path.endsWith("/api/live") ? path : path + "/api/live"));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static SSLContext tls(String authorities) throws WrongUse {
    try {
      return TlsParts.context(file("--ca-file", authorities), null, null);
    } catch (IOException e) {
      throw new WrongUse("--ca-file: " + authorities + ": " + e.getMessage());
    }
  }

  private static byte[] file(String option, String name) throws WrongUse {
    Path path = Path.of(name);
    try {
      if (Files.size(path) > FILE_BYTES_MAX) {
        throw new WrongUse(option + ": " + name + " is larger than 1 MiB");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new WrongUse(option + ": " + name + " cannot be read");
    }
  }

  private static int once(LiveFeed.Place place, PrintStream out)
      throws IOException, InterruptedException {
    TopState state = new TopState();
    try (LiveFeed feed = LiveFeed.open(place)) {
      while (!state.complete()) {
        LiveFeed.Event event = feed.next();
        if (event == null) {
          throw new IOException("it ended before it said anything");
        }
        state.add(event);
      }
    }
    TopTable.of(state, "", WIDTH_OF_ONE, HEIGHT_OF_ONE).forEach(out::println);
    out.flush();
    return Main.OK;
  }

  /** Where no terminal is: a line for each row of the history, until the proxy ends. */
  private static int lines(LiveFeed.Place place, PrintStream out)
      throws IOException, InterruptedException {
    TopState state = new TopState();
    try (LiveFeed feed = LiveFeed.open(place)) {
      out.println(TopTable.lineHead());
      for (LiveFeed.Event event = feed.next();
          event != null && !out.checkError();
          event = feed.next()) {
        state.add(event);
        if (event.name().equals("row")) {
          out.println(TopTable.line(state));
        }
      }
    }
    return Main.OK;
  }

  @SuppressWarnings("SystemConsoleNull") // JDK 25 is back at null where there is no terminal
  private boolean terminal() {
    Console console = System.console();
    boolean dumb = "dumb".equals(environment.variables().get("TERM"));
    return console != null && console.isTerminal() && !dumb;
  }

  private static int help(PrintStream out) {
    out.print("Usage: streamgauge top URL [OPTION...]\n\nOptions:\n");
    out.print(TopOptions.ALL.help());
    out.print(
        """

        URL is that of a proxy's admin port: http://127.0.0.1:9464, or just 127.0.0.1:9464. On a
        terminal the table is drawn in place: q or Ctrl-C ends it. Elsewhere a line is printed every
        five seconds; --once prints the whole table. A * behind SILENT: it had stalls. Exit code 1
        where there is no answer.
        """);
    return Main.OK;
  }
}
