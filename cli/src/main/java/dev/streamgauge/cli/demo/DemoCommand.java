package dev.streamgauge.cli.demo;

import dev.streamgauge.cli.Command;
import dev.streamgauge.cli.Main;
import dev.streamgauge.cli.SettingsReport;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.ListenClash;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.Problem;
import dev.streamgauge.config.ProxyOptions;
import dev.streamgauge.config.Reading;
import dev.streamgauge.proxy.CannotListen;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code streamgauge demo}: what the proxy measures, without a server and without clients. */
public final class DemoCommand implements Command {
  private final Environment environment;

  public DemoCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "simulator, proxy and a little traffic, with a table of what is measured";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    Reading reading = DemoOptions.ALL.read(args, environment);
    if (reading.helpAsked()) {
      return help(out);
    }
    if (!reading.problems().isEmpty()) {
      return SettingsReport.print(reading.problems(), err);
    }
    Problem clash = clash(reading);
    if (clash != null) {
      return SettingsReport.print(List.of(clash), err);
    }
    Demo demo;
    try {
      demo =
          Demo.start(
              reading.get(DemoOptions.LISTEN),
              reading.get(DemoOptions.ADMIN),
              reading.get(DemoOptions.RATE));
    } catch (CannotListen e) {
      Option<?> own = e.option() == ProxyOptions.ADMIN ? DemoOptions.ADMIN : DemoOptions.LISTEN;
      return SettingsReport.print(e, own, reading.source(own), err);
    } catch (IOException e) {
      err.println("streamgauge: " + e.getMessage());
      return Main.WRONG_USE;
    }
    return show(demo, reading, out);
  }

  private static @Nullable Problem clash(Reading reading) {
    return ListenClash.find(
        reading,
        DemoOptions.LISTEN,
        reading.get(DemoOptions.LISTEN),
        DemoOptions.ADMIN,
        reading.get(DemoOptions.ADMIN));
  }

  private static int help(PrintStream out) {
    out.print("Usage: streamgauge demo [OPTION...]\n\nOptions:\n");
    out.print(DemoOptions.ALL.help());
    out.print(
        """

        A simulated model server, the proxy in front of it and requests at random, in one process.
        Most requests are streams; some fail, stall or are left by their client. The table has what
        the proxy measured of the requests that ended, by its own records. On a terminal it is drawn
        in place; elsewhere it grows by a line each interval.
        """);
    return Main.OK;
  }

  private int show(Demo demo, Reading reading, PrintStream out) {
    Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "demo-stop"));
    out.println("streamgauge demo   " + demo.addresses() + "\n");
    try {
      demo.run(
          screen(out),
          reading.get(DemoOptions.INTERVAL),
          reading.get(DemoOptions.DURATION).orNull());
      return Main.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
  }

  @SuppressWarnings("SystemConsoleNull") // JDK 25 is back at null where there is no terminal
  private Screen screen(PrintStream out) {
    Console console = System.console();
    boolean dumb = "dumb".equals(environment.variables().get("TERM"));
    boolean terminal = console != null && console.isTerminal() && !dumb;
    return terminal ? new Screen.Redrawn(out) : new Screen.Lines(out);
  }
}
