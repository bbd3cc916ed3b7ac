package dev.streamgauge.cli;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks a proxy on this machine whether it lives: for a container's health check. */
final class HealthCommand implements Command {
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int STATUS_LINE_BYTES = 12; // HTTP/1.1 200

  private final Environment environment;

  HealthCommand() {
    this(Environment.current());
  }

  HealthCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String name() {
    return "health";
  }

  @Override
  public String summary() {
    return "asks the proxy on this machine whether it lives; exit code 0 or 1";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    return switch (Settings.load(args, environment)) {
      case Settings.HelpAsked _ -> help(out);
      case Settings.Refused(var problems) -> SettingsReport.print(problems, err);
      case Settings.Loaded loaded ->
          ask(loaded.proxy().admin(), loaded.proxy().tls().admin() != null, err);
    };
  }

  private static int ask(HostPort admin, boolean secure, PrintStream err) {
    HostPort reachable = reachable(admin);
    try {
      String status = statusLine(reachable, secure);
      if (status.endsWith(" 200")) {
        return Main.OK;
      }
      err.println("streamgauge: " + reachable + ": " + status + " (expected: 200)");
    } catch (IOException e) {
      err.println("streamgauge: " + reachable + ": no answer: " + e.getMessage());
    }
    return Main.FAILED;
  }

  /** What listens on all addresses is asked on the loopback one. */
  private static HostPort reachable(HostPort admin) {
    return switch (admin.host()) {
      case "0.0.0.0" -> new HostPort("127.0.0.1", admin.port());
      case "::" -> new HostPort("::1", admin.port());
      default -> admin;
    };
  }

  private static String statusLine(HostPort address, boolean secure) throws IOException {
    try (Socket socket = secure ? AnyCertificate.socket() : new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
      String request =
          "GET /healthz HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(STATUS_LINE_BYTES);
      return new String(start, StandardCharsets.US_ASCII);
    }
  }

  private static int help(PrintStream out) {
    out.print(
        """
        Usage: streamgauge health [OPTION...]

        Takes the options of streamgauge proxy, reads environment and file as it does, and asks
        /healthz at the address of --admin. Exit code 0 where it answers 200, else 1.
        """);
    return Main.OK;
  }
}
